//! Rows, whatever the format, one after the other and twice over.

use super::columns::{Columns, sniff_delimiter};
use super::error::ScanError;
use super::json_row::Names;
use super::options::ScanOptions;
use super::person::Person;
use super::{csv_row, json_row};
use crate::Organizations;
use crate::input::{
    Blocks, CsvReader, Decoder, Format, Input, LineReader, ReadError, RecordError, Window,
};
use crate::layout::Layout;

/// The rows of an input.
#[derive(Debug)]
pub(crate) struct Rows {
    reader: Reader,
    options: ScanOptions,
    /// What the account says of the organizations that rows name, once it was asked.
    pub(crate) organizations: Option<Organizations>,
}

#[derive(Debug)]
enum Reader {
    Csv { reader: CsvReader, columns: Columns },
    Json { reader: LineReader, names: Names },
}

impl Rows {
    /// Reads up to the first row: of CSV, the header.
    pub(crate) fn new(input: Input, options: ScanOptions) -> Result<(Self, Layout), ScanError> {
        let delimiter = sniff_delimiter(&input.start);
        let blocks = Blocks::new(input.source);
        let window = Window::new(Decoder::new(blocks, input.encoding, input.mark));
        if input.format == Format::JsonLines {
            let rows = Self {
                reader: Reader::Json {
                    reader: LineReader::new(window),
                    names: Names::default(),
                },
                options,
                organizations: None,
            };
            return Ok((rows, Layout::json_lines(input.mark > 0)));
        }
        let mut reader = CsvReader::new(window, delimiter);
        if !reader.advance()? {
            return Err(ScanError::NoRows);
        }
        let Ok(header) = std::str::from_utf8(reader.raw()) else {
            return Err(ScanError::HeaderNotUtf8 {
                line: reader.line(),
            });
        };
        let (columns, problems) = Columns::read(reader.line(), header, reader.cells(), &options);
        if !problems.is_empty() {
            return Err(ScanError::Header(Box::new(problems)));
        }
        let layout = Layout::csv(
            delimiter,
            input.mark > 0,
            reader.line_end(),
            reader.raw(),
            columns.ours.clone(),
            columns.count,
        );
        let reader = Reader::Csv { reader, columns };
        let rows = Self {
            reader,
            options,
            organizations: None,
        };
        Ok((rows, layout))
    }

    pub(crate) const fn options(&self) -> &ScanOptions {
        &self.options
    }

    /// The names of the columns' attributes, in CSV.
    pub(crate) const fn columns(&self) -> Option<&Columns> {
        match &self.reader {
            Reader::Csv { columns, .. } => Some(columns),
            Reader::Json { .. } => None,
        }
    }

    /// How many bytes were read in this pass.
    pub(crate) const fn bytes(&self) -> u64 {
        match &self.reader {
            Reader::Csv { reader, .. } => reader.bytes(),
            Reader::Json { reader, .. } => reader.bytes(),
        }
    }

    /// The line on which the row in view begins.
    pub(crate) const fn line(&self) -> u64 {
        match &self.reader {
            Reader::Csv { reader, .. } => reader.line(),
            Reader::Json { reader, .. } => reader.line(),
        }
    }

    /// The own bytes of the row in view.
    pub(crate) fn raw(&self) -> &[u8] {
        match &self.reader {
            Reader::Csv { reader, .. } => reader.raw(),
            Reader::Json { reader, .. } => reader.raw(),
        }
    }

    /// Moves to the next row and reads it; none at the end.
    pub(crate) fn advance(&mut self) -> Result<Option<Person>, RecordError> {
        let mut person = match &mut self.reader {
            Reader::Csv { reader, columns } => reader
                .advance()?
                .then(|| csv_row::read(reader, columns, &self.options)),
            Reader::Json { reader, names } => reader
                .advance()?
                .then(|| json_row::read(reader.line(), reader.raw(), names, &self.options)),
        };
        if let (Some(person), Some(known)) = (&mut person, &self.organizations) {
            person.join(known);
        }
        Ok(person)
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
            Reader::Json { reader, .. } => reader.rewind()?,
        }
        Ok(())
    }
}
