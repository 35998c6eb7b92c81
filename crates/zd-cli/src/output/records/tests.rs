use serde_json::json;

use super::{Printer, Shape};
use crate::args::{Fields, Format, Json, OutputArgs};
use crate::output::tests::Captured;

const SHAPE: Shape = Shape::new("user", "users", &["id", "name"]);

fn list(args: &OutputArgs, terminal: bool) -> (String, String) {
    let (out, captured) = Captured::out(terminal);
    let printer = Printer::new(args, &out).unwrap();
    let mut listing = printer.list(&SHAPE);
    for record in [
        json!({"id": 1, "name": "Ann", "tags": ["a", "b"], "user_fields": {"plan": "gold"}}),
        json!({"id": 2, "name": "B, ob", "tags": [], "user_fields": {"plan": null}}),
    ] {
        listing.push(&record).unwrap();
    }
    listing.end().unwrap();
    out.flush().unwrap();
    captured.texts()
}

fn format(format: Format) -> OutputArgs {
    OutputArgs {
        format: Some(format),
        ..OutputArgs::default()
    }
}

fn fields(text: &str) -> Option<Fields> {
    Some(text.parse().unwrap())
}

#[test]
fn a_list_is_written_in_every_format() {
    let piped = |args: &OutputArgs| list(args, false).0;
    assert_eq!(piped(&OutputArgs::default()), "1\tAnn\n2\tB, ob\n");
    assert_eq!(piped(&format(Format::Csv)), "id,name\n1,Ann\n2,\"B, ob\"\n");
    assert_eq!(
        piped(&OutputArgs {
            fields: fields("id,user_fields.plan"),
            ..format(Format::Jsonl)
        }),
        "{\"id\":1,\"user_fields.plan\":\"gold\"}\n{\"id\":2,\"user_fields.plan\":null}\n"
    );
    let json = OutputArgs {
        json: Some("id".parse().unwrap()),
        ..OutputArgs::default()
    };
    assert_eq!(piped(&json), "[{\"id\":1},{\"id\":2}]\n");
    let template = OutputArgs {
        template: Some("{{id}}={{tags|join('+')}}".to_owned()),
        ..OutputArgs::default()
    };
    assert_eq!(piped(&template), "1=a+b\n2=\n");
    assert_eq!(
        list(&OutputArgs::default(), true).0,
        "ID  NAME\n1   Ann\n2   B, ob\n"
    );
    assert_eq!(
        list(&json, true).0,
        "[\n  {\n    \"id\": 1\n  },\n  {\n    \"id\": 2\n  }\n]\n"
    );
}

#[test]
fn a_filter_sees_the_whole_list_or_a_line_at_a_time() {
    let jq = |code: &str| Some(code.to_owned());
    let whole = OutputArgs {
        jq: jq("length"),
        ..OutputArgs::default()
    };
    assert_eq!(list(&whole, false).0, "2\n");
    let each = OutputArgs {
        jq: jq(".name"),
        ..format(Format::Jsonl)
    };
    assert_eq!(list(&each, false).0, "Ann\nB, ob\n");
}

#[test]
fn an_attribute_that_nothing_has_is_told() {
    let args = OutputArgs {
        fields: fields("id,emial"),
        ..format(Format::Tsv)
    };
    let (data, notes) = list(&args, false);
    assert_eq!(data, "1\t\n2\t\n");
    assert!(
        notes.contains("nothing here has an attribute emial"),
        "{notes}"
    );
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let (out, _) = Captured::out(false);
    let json = || Some(Json::Whole);
    let text = || Some("x".to_owned());
    for (args, what) in [
        (
            OutputArgs {
                json: json(),
                ..format(Format::Csv)
            },
            "--json does not go with --format csv",
        ),
        (
            OutputArgs {
                json: json(),
                template: text(),
                ..OutputArgs::default()
            },
            "--template does not go with --json",
        ),
        (
            OutputArgs {
                jq: text(),
                ..format(Format::Table)
            },
            "--jq does not go with --format table",
        ),
        (
            OutputArgs {
                template: text(),
                jq: text(),
                ..OutputArgs::default()
            },
            "--template does not go with --jq",
        ),
        (
            OutputArgs {
                template: text(),
                ..format(Format::Json)
            },
            "--template does not go with --format json",
        ),
        (
            OutputArgs {
                template: text(),
                fields: fields("id"),
                ..OutputArgs::default()
            },
            "--template does not go with --fields",
        ),
        (
            OutputArgs {
                json: Some(Json::Fields(Fields(vec!["id".to_owned()]))),
                fields: fields("id"),
                ..OutputArgs::default()
            },
            "--json=FIELDS does not go with --fields",
        ),
    ] {
        assert_eq!(Printer::new(&args, &out).err().unwrap().what, what);
    }
    let same = OutputArgs {
        json: json(),
        ..format(Format::Json)
    };
    assert!(Printer::new(&same, &out).is_ok());
}

#[test]
fn nothing_found_is_an_empty_list() {
    let (out, captured) = Captured::out(false);
    let printer = Printer::new(&format(Format::Json), &out).unwrap();
    printer.list(&SHAPE).end().unwrap();
    out.flush().unwrap();
    assert_eq!(captured.texts().0, "[]\n");
}
