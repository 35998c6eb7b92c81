//! A person: cells from a seed and a number.

use super::dice::Dice;
use super::names::{Part, SCRIPTS};

/// The columns, in their order.
pub(super) const COLUMNS: [&str; 19] = [
    "external_id",
    "email",
    "name",
    "phone",
    "organization.name",
    "role",
    "locale",
    "tags",
    "details",
    "notes",
    "user_fields.nickname",
    "user_fields.bio",
    "user_fields.crm_id",
    "user_fields.seats:integer",
    "user_fields.discount:decimal",
    "user_fields.newsletter:boolean",
    "user_fields.customer_since:date",
    "user_fields.plan_tier",
    "user_fields.interests:list",
];

/// The place of a column.
#[derive(Clone, Copy, Debug)]
pub(super) enum Column {
    ExternalId,
    Email,
    Name,
    Phone,
    Organization,
    Role,
    Locale,
    Tags,
    Details,
    Notes,
    Nickname,
    Bio,
    CrmId,
    Seats,
    Discount,
    Newsletter,
    CustomerSince,
    PlanTier,
    Interests,
}

const DOMAINS: &[&str] = &[
    "mail.example",
    "post.example",
    "inbox.example",
    "example.com",
    "example.org",
    "example.net",
    "correo.example",
    "acme.test",
];
const PLUS: &[&str] = &["+news", "+crm", "+shop.2024", "+a+b", "+zd"];
const ORGANIZATIONS: &[&str] = &[
    "Alder & Sons",
    "Birch Logistics",
    "Cedar Health",
    "Dogwood Media",
    "Elm Street Books",
    "Fir Robotics",
    "Gingko Foods",
    "Hazel Insurance",
    "Ivy Travel",
    "Juniper Water",
];
const LOCALES: &[&str] = &["en-US", "de", "fr", "es", "ja", "pt-BR"];
const TAGS: &[&str] = &[
    "vip",
    "beta",
    "emea",
    "apac",
    "reseller",
    "trial",
    "churn-risk",
    "newsletter_2024",
];
const DETAILS: &[&str] = &[
    "Prefers phone calls, mornings only",
    "Says: \"call me by my first name\"",
    "Assistant: Kim, ext. 12; \"urgent\" mails go there",
    "Two offices:\n1. Lisbon\n2. Porto",
    "Billing address:\r\n12 Elm Street,\r\nSpringfield",
    "مرحبا، يفضّل البريد",
    "ご担当者様、よろしくお願いします。",
    "=SUM(A1:A9) is what the export said here",
    "50% off until \"further notice\", then 10%",
];
const NOTES: &[&str] = &[
    "Met at the fair, wants a demo",
    "Migrated from the old system.\nCheck the address!",
    "Contract \"A-7\", renewed",
    "Schreibt lieber auf Deutsch – „bitte“",
    "👩🏽‍💻 early adopter 🚀",
    // The null token: clears the cell's attribute.
    "\\N",
];
const NICKNAMES: &[&str] = &["Ace", "007", "Mimi", "Big \"T\"", "Ñoño", "Дядя", "李哥"];
const BIOS: &[&str] = &[
    "Engineer, cyclist, and father of three.",
    "Line one.\nLine two, with \"quotes\".\n\nLine four.",
    "Βιβλιόφιλος",
    "Likes: tea; dislikes: coffee,\n\tand tabs.",
];
const TIERS: &[&str] = &["gold", "silver", "bronze"];
const INTERESTS: &[&str] = &["sports", "music", "film", "travel"];
const YES: &[&str] = &["true", "yes", "1"];
const NO: &[&str] = &["false", "no", "0"];

/// The cells of one row; the same buffers for all of them.
#[derive(Debug)]
pub(super) struct Cells([Vec<u8>; COLUMNS.len()]);

impl Default for Cells {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Vec::with_capacity(64)))
    }
}

impl Cells {
    pub(super) const fn as_slice(&self) -> &[Vec<u8>] {
        &self.0
    }

    pub(super) fn set(&mut self, column: Column, text: &str) {
        self.set_bytes(column, text.as_bytes());
    }

    pub(super) fn set_bytes(&mut self, column: Column, bytes: &[u8]) {
        let cell = self.cell(column);
        cell.clear();
        cell.extend_from_slice(bytes);
    }

    fn cell(&mut self, column: Column) -> &mut Vec<u8> {
        &mut self.0[column as usize]
    }

    /// Becomes the person of this number. Whoever has another number has other keys and another phone number.
    pub(super) fn fill(&mut self, seed: u64, index: u64) {
        for cell in &mut self.0 {
            cell.clear();
        }
        let mut dice = Dice::new(seed, index);
        let script = dice.pick(SCRIPTS);
        let given = dice.pick(script.given);
        let family = dice.pick(script.family);
        self.fill_name(given, family, script.joined);
        // A row without one key has the other.
        let without = dice.below(100);
        if without >= 4 {
            self.fill_external_id(&mut dice, index);
        }
        if !(4..10).contains(&without) {
            self.fill_email(&mut dice, given, family, index);
        }
        self.fill_phone(&mut dice, index);
        self.fill_attributes(&mut dice);
        self.fill_fields(&mut dice);
    }

    fn fill_name(&mut self, given: Part, family: Part, joined: bool) {
        let cell = self.cell(Column::Name);
        let parts = if joined {
            [family.0, "", given.0]
        } else {
            [given.0, " ", family.0]
        };
        for part in parts {
            cell.extend_from_slice(part.as_bytes());
        }
    }

    /// Ids of several systems; each holds the row's number, so no two are the same in any case.
    fn fill_external_id(&mut self, dice: &mut Dice, index: u64) {
        let style = dice.below(1000);
        let cell = self.cell(Column::ExternalId);
        let (before, width, after): (&str, usize, &str) = match style {
            0..450 => ("", 9, ""),
            450..750 => ("EMP-", 7, ""),
            750..990 => ("u_", 0, "x"),
            990..994 => ("kunde-müller/", 0, ""),
            994..998 => ("crm:", 0, " (old)"),
            // A comma keeps an id out of lists of ids.
            _ => ("Acme, ", 0, ""),
        };
        cell.extend_from_slice(before.as_bytes());
        push_number(cell, index, width);
        cell.extend_from_slice(after.as_bytes());
    }

    fn fill_email(&mut self, dice: &mut Dice, given: Part, family: Part, index: u64) {
        let initial = dice.one_in(3);
        let separator: &[u8] = dice.pick(&[&b"."[..], b"_", b"-", b"."]);
        let plus = dice.percent(15).then(|| dice.pick(PLUS));
        let capitals = dice.one_in(12);
        let domain = dice.pick(DOMAINS);
        let cell = self.cell(Column::Email);
        let given = if initial { &given.1[..1] } else { given.1 };
        cell.extend_from_slice(given.as_bytes());
        cell.extend_from_slice(separator);
        cell.extend_from_slice(family.1.as_bytes());
        push_number(cell, index, 0);
        cell.extend_from_slice(plus.unwrap_or_default().as_bytes());
        if capitals {
            cell[0].make_ascii_uppercase();
        }
        cell.push(b'@');
        cell.extend_from_slice(domain.as_bytes());
    }

    /// The area code 555 belongs to nobody; its ten million numbers are given once each.
    fn fill_phone(&mut self, dice: &mut Dice, index: u64) {
        let style = dice.below(100);
        if style >= 70 || index >= 10_000_000 {
            return;
        }
        let cell = self.cell(Column::Phone);
        let (exchange, line) = (index / 10_000, index % 10_000);
        let (before, then) = match style {
            0..58 => ("+1555", ""),
            58..64 => ("+1 555 ", "-"),
            _ => ("(555) ", "-"),
        };
        cell.extend_from_slice(before.as_bytes());
        push_number(cell, exchange, 3);
        cell.extend_from_slice(then.as_bytes());
        push_number(cell, line, 4);
    }

    fn fill_attributes(&mut self, dice: &mut Dice) {
        if dice.percent(60) {
            self.set(Column::Organization, dice.pick(ORGANIZATIONS));
        }
        if dice.percent(20) {
            self.set(Column::Role, "end-user");
        }
        if dice.percent(30) {
            self.set(Column::Locale, dice.pick(LOCALES));
        }
        if dice.percent(35) {
            self.fill_list(Column::Tags, dice, TAGS);
        }
        if dice.percent(12) {
            self.set(Column::Details, dice.pick(DETAILS));
        }
        if dice.percent(8) {
            self.set(Column::Notes, dice.pick(NOTES));
        }
    }

    fn fill_fields(&mut self, dice: &mut Dice) {
        if dice.percent(10) {
            self.set(Column::Nickname, dice.pick(NICKNAMES));
        }
        if dice.percent(5) {
            self.set(Column::Bio, dice.pick(BIOS));
        }
        if dice.percent(40) {
            let number = dice.below(1_000_000);
            let cell = self.cell(Column::CrmId);
            cell.extend_from_slice(b"CRM-");
            push_number(cell, number, 6);
        }
        if dice.percent(40) {
            let number = dice.below(500);
            push_number(self.cell(Column::Seats), number, 0);
        }
        if dice.percent(20) {
            let (whole, part) = (dice.below(60), dice.below(100));
            let cell = self.cell(Column::Discount);
            push_number(cell, whole, 0);
            cell.push(b'.');
            push_number(cell, part, 2);
        }
        if dice.percent(50) {
            let word = if dice.percent(50) { YES } else { NO };
            self.set(Column::Newsletter, dice.pick(word));
        }
        if dice.percent(40) {
            let (year, month, day) = (dice.below(12), dice.below(12), dice.below(28));
            let cell = self.cell(Column::CustomerSince);
            push_number(cell, 2014 + year, 4);
            cell.push(b'-');
            push_number(cell, 1 + month, 2);
            cell.push(b'-');
            push_number(cell, 1 + day, 2);
        }
        if dice.percent(45) {
            self.set(Column::PlanTier, dice.pick(TIERS));
        }
        if dice.percent(30) {
            self.fill_list(Column::Interests, dice, INTERESTS);
        }
    }

    /// One to three different items, separated by commas.
    fn fill_list(&mut self, column: Column, dice: &mut Dice, items: &[&str]) {
        let first = dice.below(items.len() as u64);
        let count = 1 + dice.below(3);
        let cell = self.cell(column);
        for (place, item) in items
            .iter()
            .cycle()
            .skip(usize::try_from(first).unwrap_or_default())
            .take(usize::try_from(count).unwrap_or(1))
            .enumerate()
        {
            if place > 0 {
                cell.push(b',');
            }
            cell.extend_from_slice(item.as_bytes());
        }
    }

    /// Becomes a person of the sandbox's seed, who exists already.
    pub(super) fn be_seeded(&mut self, number: u64) {
        let prefix = if number.is_multiple_of(7) {
            "SEED-"
        } else {
            "seed-"
        };
        self.set(Column::ExternalId, prefix);
        push_number(self.cell(Column::ExternalId), number, 4);
        self.set(Column::Email, "seed");
        push_number(self.cell(Column::Email), number, 4);
        let domain = if number.is_multiple_of(5) {
            "@People.Example"
        } else {
            "@people.example"
        };
        self.cell(Column::Email)
            .extend_from_slice(domain.as_bytes());
    }

    /// Becomes a later row about the same person: the same keys in capitals, and something new to say.
    pub(super) fn be_again(&mut self) {
        self.cell(Column::ExternalId).make_ascii_uppercase();
        self.cell(Column::Email).make_ascii_uppercase();
        self.set(Column::Notes, "Seen again, in another system");
    }
}

/// Adds a number, with zeros before it up to `width` digits.
fn push_number(cell: &mut Vec<u8>, mut number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        let digit = (number % 10) as u8;
        digits[start] = b'0' + digit;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    let start = start.min(digits.len() - width.min(digits.len()));
    cell.extend_from_slice(&digits[start..]);
}
