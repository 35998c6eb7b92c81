//! Errors that are planted: which there are, who must refuse them, and which rows get them.

use std::fmt;
use std::str::FromStr;

use super::dice::Dice;
use super::person::{Cells, Column};
use super::{SEED_PEOPLE, SEED_PEOPLE_IMPORTED};

/// Who refuses a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// zd, before anything is sent.
    Zd,
    /// zd, once it asked the account for its custom fields and organizations; else Zendesk.
    Account,
    /// Zendesk, which alone knows.
    Zendesk,
}

impl fmt::Display for Who {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Zd => "zd",
            Self::Account => "account",
            Self::Zendesk => "zendesk",
        })
    }
}

impl FromStr for Who {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        match text {
            "zd" => Ok(Self::Zd),
            "account" => Ok(Self::Account),
            "zendesk" => Ok(Self::Zendesk),
            _ => anyhow::bail!("--only is for zd, account or zendesk, not {text}"),
        }
    }
}

/// A kind of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plant {
    MalformedEmail,
    UnknownOrganization,
    NoKey,
    UnknownOption,
    TooFewCells,
    CrmIdMismatch,
    TooManyCells,
    EmailTaken,
    BadUtf8,
    BadBoolean,
    BadInteger,
    BadDate,
    NameTooLong,
    UnknownRole,
    NoName,
}

use Plant::{
    BadBoolean, BadDate, BadInteger, BadUtf8, CrmIdMismatch, EmailTaken, MalformedEmail,
    NameTooLong, NoKey, NoName, TooFewCells, TooManyCells, UnknownOption, UnknownOrganization,
    UnknownRole,
};

const BY_ZD: &[Plant] = &[
    MalformedEmail,
    NoKey,
    TooFewCells,
    TooManyCells,
    BadUtf8,
    BadBoolean,
    BadInteger,
    BadDate,
    NameTooLong,
    UnknownRole,
];
const BY_ACCOUNT: &[Plant] = &[UnknownOrganization, UnknownOption, CrmIdMismatch];
const BY_ZENDESK: &[Plant] = &[EmailTaken, NoName];
/// Those of [`BY_ZENDESK`] that any number of rows can have; [`EmailTaken`] uses two of the sandbox's people up.
const BY_ZENDESK_WITHOUT_END: &[Plant] = &[NoName];
/// How often there is a pair of people for [`EmailTaken`].
const PAIRS: u64 = (SEED_PEOPLE - SEED_PEOPLE_IMPORTED) / 2;

impl Plant {
    /// The name in the list of errors.
    pub(super) const fn name(self) -> &'static str {
        match self {
            MalformedEmail => "malformed_email",
            UnknownOrganization => "unknown_organization",
            NoKey => "no_key",
            UnknownOption => "unknown_option",
            TooFewCells => "too_few_cells",
            CrmIdMismatch => "crm_id_mismatch",
            TooManyCells => "too_many_cells",
            EmailTaken => "email_taken",
            BadUtf8 => "bad_utf8",
            BadBoolean => "bad_boolean",
            BadInteger => "bad_integer",
            BadDate => "bad_date",
            NameTooLong => "name_too_long",
            UnknownRole => "unknown_role",
            NoName => "no_name",
        }
    }

    /// Who refuses it.
    pub(super) const fn who(self) -> Who {
        match self {
            UnknownOrganization | UnknownOption | CrmIdMismatch => Who::Account,
            EmailTaken | NoName => Who::Zendesk,
            _ => Who::Zd,
        }
    }

    /// How many cells the record has too many, or too few.
    pub(super) const fn extra_cells(self) -> isize {
        match self {
            TooFewCells => -2,
            TooManyCells => 1,
            _ => 0,
        }
    }
}

/// How much is planted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    rate: f64,
    only: Option<Who>,
}

impl Plan {
    pub(super) const fn new(rate: f64, only: Option<Who>) -> Self {
        Self { rate, only }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rate <= 0.0
    }

    /// Whether this row gets an error.
    pub(super) fn is_planted(&self, seed: u64, index: u64) -> bool {
        !self.is_empty() && Dice::new(seed ^ 0x0BAD_5EED, index).chance(self.rate)
    }

    /// The error after this many others, and how often its kind came before: in turn, so that every kind appears.
    pub(super) fn next(&self, before: u64) -> (Plant, u64) {
        let (who, turn) = match self.only {
            Some(who) => (who, before),
            None => match before % 3 {
                0 => (Who::Zd, before / 3),
                1 => (Who::Account, before / 3),
                _ => (Who::Zendesk, before / 3),
            },
        };
        let kinds = match who {
            Who::Zd => BY_ZD,
            Who::Account => BY_ACCOUNT,
            Who::Zendesk if turn < PAIRS * BY_ZENDESK.len() as u64 => BY_ZENDESK,
            Who::Zendesk => BY_ZENDESK_WITHOUT_END,
        };
        let length = kinds.len() as u64;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is below the length of a slice"
        )]
        let place = (turn % length) as usize;
        (kinds[place], turn / length)
    }
}

impl Cells {
    /// Makes row number `index` wrong in this way, for the `round`-th time.
    pub(super) fn plant(&mut self, kind: Plant, round: u64, index: u64) {
        match kind {
            MalformedEmail => {
                let wrong = match round % 6 {
                    0 => format!("ann{index}.mail.example"),
                    1 => format!("ann{index}@@mail.example"),
                    2 => format!("ann{index}@"),
                    3 => format!("@mail{index}.example"),
                    4 => format!("ann lee{index}@mail.example"),
                    _ => format!("ann{index}@mail..example"),
                };
                self.set(Column::Email, &wrong);
            }
            NoKey => {
                self.set(Column::ExternalId, "");
                self.set(Column::Email, "");
            }
            // The record is cut or lengthened when it is written.
            TooFewCells | TooManyCells => {}
            BadUtf8 => self.set_bytes(Column::Name, b"J\xfcrgen M\xfcller"),
            BadBoolean => self.set(Column::Newsletter, "perhaps"),
            BadInteger => self.set(Column::Seats, "a dozen"),
            BadDate => self.set(Column::CustomerSince, "2023-02-30"),
            NameTooLong => self.set(Column::Name, &"Wolfeschlegelstein ".repeat(15)),
            UnknownRole => self.set(Column::Role, "wizard"),
            NoName => self.set(Column::Name, ""),
            UnknownOrganization => self.set(Column::Organization, "Quince Aerospace"),
            UnknownOption => self.set(Column::PlanTier, "platinum"),
            CrmIdMismatch => self.set(Column::CrmId, "CRM-12A456"),
            EmailTaken => {
                let owner = SEED_PEOPLE_IMPORTED + 1 + 2 * round;
                self.set(Column::ExternalId, &format!("seed-{owner:04}"));
                self.set(
                    Column::Email,
                    &format!("seed{:04}@people.example", owner + 1),
                );
            }
        }
    }
}
