//! Rows, whatever the format, one after the other and twice over.

use super::columns::{Columns, sniff_delimiter};
use super::error::ScanError;
use super::json_row::Names;
use super::options::ScanOptions;
use super::person::Person;
use super::{csv_row, json_row};
use crate::input::{
    ArrayReader, Blocks, CsvReader, Decoder, Encoding, Format, Input, LineReader, Position,
    ReadError, RecordError, Unpacked, Window, identity_of,
};
use crate::layout::Layout;
use crate::{InputIdentity, Organizations};

/// The rows of an input.
#[derive(Debug)]
pub(crate) struct Rows {
    reader: Reader,
    options: ScanOptions,
    /// What the account says of the organizations that rows name, once it was asked.
    pub(crate) organizations: Option<Organizations>,
    name: String,
    modified: Option<i128>,
    /// Whether rows are only checked, so that nobody looks at the values of their custom fields.
    only_check: bool,
}

#[derive(Debug)]
enum Reader {
    Csv { reader: CsvReader, columns: Columns },
    Lines { reader: LineReader, names: Names },
    Array { reader: ArrayReader, names: Names },
}

impl Rows {
    /// Reads up to the first row: of CSV, the header.
    pub(crate) fn new(input: Input, options: ScanOptions) -> Result<(Self, Layout), ScanError> {
        if let (Some(mapping), Some(account)) = (&options.mapping, &options.account) {
            mapping
                .check_fields(account)
                .map_err(|error| ScanError::Mapping(Box::new(error)))?;
        }
        let unpacked = Unpacked::new(input.source, input.packing, true).map_err(ScanError::Read)?;
        let window = Window::new(Decoder::new(
            Blocks::new(unpacked),
            input.encoding,
            input.mark,
        ));
        let (name, modified) = (input.name, input.modified);
        let rows = |reader, options| Self {
            reader,
            options,
            organizations: None,
            name,
            modified,
            only_check: false,
        };
        let marked = input.mark > 0;
        if input.format == Format::JsonLines {
            let (reader, names) = (LineReader::new(window), Names::default());
            let rows = rows(Reader::Lines { reader, names }, options);
            return Ok((rows, Layout::json_lines(marked)));
        }
        if input.format == Format::JsonArray {
            let (reader, names) = (ArrayReader::new(window), Names::default());
            let rows = rows(Reader::Array { reader, names }, options);
            return Ok((rows, Layout::json_array(marked)));
        }
        let mapping = options.mapping.as_deref();
        let delimiter = input
            .delimiter
            .unwrap_or_else(|| sniff_delimiter(&input.start, mapping));
        let mut reader = CsvReader::new(window, delimiter);
        let line = reader.line();
        if !reader.advance().map_err(|error| error.at_line(line))? {
            return Err(ScanError::NoRows);
        }
        let Ok(header) = std::str::from_utf8(reader.raw()) else {
            return Err(ScanError::HeaderNotUtf8 {
                line: reader.line(),
            });
        };
        let (columns, problems) = Columns::read(reader.line(), header, reader.cells(), &options)
            .map_err(|error| ScanError::Mapping(Box::new(error)))?;
        if !problems.is_empty() {
            return Err(ScanError::Header(Box::new(problems)));
        }
        let layout = Layout::csv(
            delimiter,
            // What is written is UTF-8, which a mark tells from what stood in the input.
            marked || input.encoding == Encoding::Windows1252,
            reader.line_end(),
            reader.raw(),
            columns.ours.clone(),
            columns.count,
        );
        Ok((rows(Reader::Csv { reader, columns }, options), layout))
    }

    pub(crate) const fn options(&self) -> &ScanOptions {
        &self.options
    }

    /// The names of the columns' attributes, in CSV.
    pub(crate) const fn columns(&self) -> Option<&Columns> {
        match &self.reader {
            Reader::Csv { columns, .. } => Some(columns),
            Reader::Lines { .. } | Reader::Array { .. } => None,
        }
    }

    const fn window(&self) -> &Window {
        match &self.reader {
            Reader::Csv { reader, .. } => reader.window(),
            Reader::Lines { reader, .. } => reader.window(),
            Reader::Array { reader, .. } => reader.window(),
        }
    }

    /// How many bytes were read in this pass, unpacked.
    pub(crate) const fn bytes(&self) -> u64 {
        self.window().bytes()
    }

    /// What the input is known by, once the first pass has seen its end.
    pub(crate) fn identity(&self) -> Option<InputIdentity> {
        let digests = self.window().identity()?;
        Some(identity_of(&self.name, self.modified, digests))
    }

    /// The line on which the row in view begins.
    pub(crate) const fn line(&self) -> u64 {
        match &self.reader {
            Reader::Csv { reader, .. } => reader.line(),
            Reader::Lines { reader, .. } => reader.line(),
            Reader::Array { reader, .. } => reader.position().line,
        }
    }

    /// The own bytes of the row in view.
    pub(crate) fn raw(&self) -> &[u8] {
        match &self.reader {
            Reader::Csv { reader, .. } => reader.raw(),
            Reader::Lines { reader, .. } => reader.raw(),
            Reader::Array { reader, .. } => reader.raw(),
        }
    }

    /// Says whether rows are only checked from here on, or to be sent.
    pub(crate) const fn only_check(&mut self, only_check: bool) {
        self.only_check = only_check;
    }

    /// Moves to the next row and reads it; none at the end.
    pub(crate) fn advance(&mut self) -> Result<Option<Person>, RecordError> {
        Ok(self.step()?.then(|| self.person()))
    }

    /// Moves to the next row, if there is one, without reading what it says.
    pub(crate) fn step(&mut self) -> Result<bool, RecordError> {
        let found = match &mut self.reader {
            Reader::Csv { reader, .. } => reader.advance(),
            Reader::Lines { reader, .. } => reader.advance(),
            Reader::Array { reader, .. } => reader.advance(),
        };
        found.map_err(|error| error.at_line(self.line()))
    }

    /// Reads the row in view.
    pub(crate) fn person(&mut self) -> Person {
        let options = &self.options;
        let mut person = match &mut self.reader {
            Reader::Csv { reader, columns } => {
                csv_row::read(reader, columns, options, self.only_check)
            }
            Reader::Lines { reader, names } => {
                let start = Position {
                    line: reader.line(),
                    column: 1,
                };
                json_row::read(start, reader.raw(), names, options)
            }
            Reader::Array { reader, names } => {
                json_row::read(reader.position(), reader.raw(), names, options)
            }
        };
        if let Some(known) = &self.organizations {
            person.join(known);
        }
        person
    }

    /// Goes back to the first row, for the second pass.
    pub(crate) fn rewind(&mut self) -> Result<(), RecordError> {
        match &mut self.reader {
            Reader::Csv { reader, .. } => {
                reader.rewind()?;
                if !reader.advance()? {
                    return Err(ReadError::Changed("its header is gone").into());
                }
            }
            Reader::Lines { reader, .. } => reader.rewind()?,
            Reader::Array { reader, .. } => reader.rewind()?,
        }
        Ok(())
    }
}
