//! Mapping files, at work on inputs.

use std::sync::Arc;

use zd_import::RowSource as _;
use zd_import::{
    BlankMeans, FailedFile, Input, Mapping, Outcome, Scan, ScanError, ScanOptions, SourceItem,
    Status,
};

use crate::people::{items, scan, skip};

/// The documentation's example, as it stands there.
const PAGE: &str = include_str!("../../../../docs/mapping.md");

fn fenced(language: &str) -> &'static str {
    let fence = format!("```{language}\n");
    let start = PAGE.find(&fence).unwrap() + fence.len();
    let length = PAGE[start..].find("```").unwrap();
    &PAGE[start..start + length]
}

fn mapped(map: &str) -> ScanOptions {
    let mapping = Mapping::parse("map.toml", map);
    ScanOptions {
        mapping: Some(Arc::new(mapping.unwrap_or_else(|error| panic!("{error}")))),
        send_welcome_mail: true,
        ..skip()
    }
}

fn users(text: &str, options: ScanOptions) -> Vec<serde_json::Value> {
    let scan = scan(text, options).unwrap();
    assert_eq!(scan.plan().problems.first, []);
    let rows = items(scan).0;
    rows.iter()
        .map(|row| serde_json::to_value(&row.user).unwrap())
        .collect()
}

/// What is wrong with the rows: line, column, the column's name, the code and the text.
fn problems(text: &str, options: ScanOptions) -> Vec<(u64, Option<u64>, String, String, String)> {
    let scan = scan(text, options).unwrap();
    let first = scan.plan().problems.first.iter();
    first
        .map(|problem| {
            (
                problem.line,
                problem.column,
                problem.column_name.clone().unwrap_or_default(),
                problem.code.to_owned(),
                problem.quote.clone().unwrap_or_default(),
            )
        })
        .collect()
}

#[test]
fn the_documented_example_does_what_it_says() {
    let (map, input) = (fenced("toml"), fenced("csv"));
    let refused = problems(input, mapped(map));
    assert_eq!(
        (refused.len(), refused[0].0, refused[0].3.as_str()),
        (1, 2, "row_ragged")
    );
    let input = input.replace("vip; beta", "\"vip; beta\"");
    let expected: Vec<serde_json::Value> = fenced("json")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(users(&input, mapped(map)), expected);
}

#[test]
fn json_is_mapped_alike() {
    let map = "[attributes]\nexternal_id = 'nr'\nemail = 'contact.mail'\nname = { join = ['contact.first', 'contact.last'] }\n\
        [attributes.user_fields]\nvip = { column = 'vip', type = 'boolean', true = ['ja', '1'], false = ['0'] }\nx = 'user_fields.other'\n";
    let lines = "{\"nr\": 9007199254740993, \"contact\": {\"mail\": \"a@b.example\", \"first\": null, \"last\": \"Lee\"}, \"vip\": 1, \"user_fields\": {\"other\": 3.10, \"plain\": true}}\n\
        {\"nr\": \"007\", \"vip\": true}\n";
    let expected = [
        r#"{"external_id":"9007199254740993","email":"a@b.example","name":"Lee","user_fields":{"vip":true,"x":3.10,"plain":true}}"#,
        r#"{"external_id":"007","user_fields":{"vip":true}}"#,
    ]
    .map(|json| serde_json::from_str::<serde_json::Value>(json).unwrap());
    assert_eq!(users(lines, mapped(map)), expected);
    let array = format!("[{}]", lines.trim_end().replace("}\n", "},\n"));
    assert_eq!(users(&array, mapped(map)), expected);
    // What nobody mentions is told, inside of a mapped object too.
    let stray = "[\n {\"nr\": 1,\n  \"contact\": {\"mail\": \"x\",\n   \"fax\": 2}}]";
    assert_eq!(
        problems(stray, mapped(map)),
        [
            (
                4,
                Some(11),
                "contact.fax".into(),
                "key_unknown".into(),
                "2".into()
            ),
            (
                3,
                Some(23),
                "contact.mail".into(),
                "email_malformed".into(),
                "x".into()
            ),
        ]
    );
}

#[test]
fn rows_are_refused_in_the_inputs_own_words() {
    let map = "[attributes]\nemail = { column = 'E-Mail', case = 'lower' }\n\
        name = { join = ['First', 'Last'] }\npassword = { column = 'Secret', match = '^(x)$', part = 1 }\n\
        'user_fields.since' = { column = 'Since', type = 'date', format = '%d.%m.%Y' }\n";
    let long = "x".repeat(200);
    let text = format!(
        "since,e-mail,first,last,secret\n31.12.2024,BAD,{long},{long},hunter2\n2024-12-31,a@b.example,,,x\n"
    );
    let found = problems(&text, mapped(map));
    assert_eq!(
        found[0],
        (
            2,
            Some(2),
            "E-Mail".into(),
            "email_malformed".into(),
            "BAD".into()
        )
    );
    assert_eq!(found[1].1, Some(3));
    assert_eq!(
        (found[1].2.as_str(), found[1].3.as_str()),
        ("First + Last", "name_too_long")
    );
    assert_eq!(found[1].4.chars().count(), 80);
    assert_eq!(
        found[2],
        (
            2,
            Some(5),
            "Secret".into(),
            "pattern_mismatch".into(),
            String::new()
        ),
        "a secret is never quoted"
    );
    assert_eq!(
        found[3],
        (
            3,
            Some(1),
            "Since".into(),
            "date_malformed".into(),
            "2024-12-31".into()
        )
    );
}

#[test]
fn a_mapping_that_does_not_fit_is_told_with_its_place_and_the_nearest_names() {
    let map = "[attributes]\nemail = { column = \"E-Mial\" }\nname = 'Nmae'\n";
    match scan("E-Mail,Name,Shoe size\n", mapped(map)) {
        Err(ScanError::Mapping(error)) => {
            assert_eq!(error.name, "map.toml");
            let said: Vec<_> = error.problems.iter().map(ToString::to_string).collect();
            assert_eq!(
                said,
                [
                    "line 2, column 20: the input has no column \"E-Mial\"; near it: \"E-Mail\"",
                    "line 3, column 8: the input has no column \"Nmae\"; near it: \"Name\"",
                ]
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_that_is_wrong_with_a_mapping_is_told_at_once() {
    let text = "ignroe = []\nnull = 'x'\n[attributes]\nemial = 'a'\nurl = 'b'\nname = { colum = 'a' }\nphone = { column = 'a', join = ['b'] }\n\
        tags = { column = 'a', type = 'lsit' }\nnotes = { column = 'a', separator = ';' }\nalias = { column = 'a', match = '(', part = 1 }\n\
        details = { column = 'a', match = 'a(b)', part = 2 }\nrole = { value = 'wizard' }\nlocale = { value = '' }\n\
        'user_fields.a' = { column = 'a', type = 'date', format = '%d.%m.' }\n'user_fields.b' = { column = 'a', split = ',' }\nsignature = 3\n\
        email = { column = 'a', default = 'x' }\n";
    let error = Mapping::parse("map.toml", text).unwrap_err();
    let found: Vec<_> = error
        .problems
        .iter()
        .map(|problem| (problem.line, problem.code))
        .collect();
    assert_eq!(
        found,
        [
            (1, "key_unknown"),
            (2, "value_mistyped"),
            (4, "attribute_unknown"),
            (5, "attribute_read_only"),
            (6, "rule_contradictory"),
            (6, "key_unknown"),
            (7, "rule_contradictory"),
            (8, "key_unknown"),
            (9, "rule_contradictory"),
            (10, "pattern_malformed"),
            (11, "group_unknown"),
            (12, "role_unknown"),
            (13, "constant_blank"),
            (14, "date_format_malformed"),
            (15, "rule_contradictory"),
            (16, "value_mistyped"),
            (17, "email_malformed"),
        ]
    );
    let said: Vec<_> = error.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said[0],
        "line 1, column 1: no such key \"ignroe\"; near it: \"ignore\""
    );
    assert!(said[2].ends_with("near it: email"), "{}", said[2]);
    for (text, line, code) in [
        ("[attributes]\nemail = \n", 2, "toml_malformed"),
        (
            "[attributes]\nemail = 'a'\nemail = 'b'\n",
            3,
            "toml_malformed",
        ),
        (
            "[attributes]\nuser_fields.a = 'a'\n'user_fields.a:integer' = 'b'\n",
            3,
            "attribute_duplicate",
        ),
        (
            "ignore = ['A']\n[attributes]\nemail = 'a'\n",
            3,
            "column_ignored",
        ),
    ] {
        let error = Mapping::parse("map.toml", text).unwrap_err();
        let found = (error.problems[0].line, error.problems[0].code);
        assert_eq!(found, (line, code), "{text}");
    }
}

#[test]
fn columns_that_are_not_mentioned_are_attributes_or_wrong_or_left_out() {
    let text = "E-Mail,name,shoe size\na@b.example,Ann,42\n";
    let map = "[attributes]\nemail = 'E-Mail'\n";
    let error = scan(text, mapped(map)).unwrap_err();
    assert_eq!(error.problems()[0].column, Some(3));
    assert!(
        error.problems()[0]
            .message
            .contains("under ignore in the mapping")
    );
    let map = format!("ignore = ['Shoe Size']\n{map}");
    assert_eq!(users(text, mapped(&map))[0]["name"], "Ann");
    let rest = "ignore = ['*']\n[attributes]\nemail = 'E-Mail'\n";
    assert_eq!(
        users(text, mapped(rest)),
        [serde_json::json!({"email": "a@b.example"})]
    );
    let twice = "[attributes]\nemail = 'E-Mail'\nname = 'shoe size'\n";
    let error = scan(text, mapped(twice)).unwrap_err();
    assert_eq!(error.problems()[0].code, "column_duplicate");
    assert!(
        error.problems()[0]
            .message
            .contains("line 3 of the mapping")
    );
    // A constant alone makes no row, and neither does it find anybody.
    let constant = "[attributes]\nemail = 'E-Mail'\nnotes = { value = 'x' }\nname = 'name'\n'user_fields.shoe' = 'shoe size'\n";
    assert_eq!(
        problems("E-Mail,name,shoe size\n,,\n", mapped(constant))[0].3,
        "row_blank"
    );
}

#[test]
fn blanks_and_nulls_keep_their_meaning() {
    let map = "null = ['-']\n[attributes]\nemail = 'mail'\nphone = { column = 'tel', null = ['none'] }\nnotes = { column = 'note', default = 'no note' }\n";
    let text = "mail,tel,note\na@b.example,-, \nb@b.example,none,\\N\nc@b.example,,x\n";
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(
        users(text, mapped(map)),
        [
            json(r#"{"email":"a@b.example","phone":null,"notes":"no note"}"#),
            json(r#"{"email":"b@b.example","phone":null,"notes":null}"#),
            json(r#"{"email":"c@b.example","notes":"x"}"#),
        ]
    );
    let options = ScanOptions {
        blank: BlankMeans::Null,
        ..mapped(map)
    };
    assert_eq!(users(text, options)[2]["phone"], serde_json::Value::Null);
}

/// The failed file has the input's own columns, so the same mapping takes it again.
#[test]
fn a_failed_file_goes_back_in_with_the_same_mapping() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("failed.csv");
    let text = "Kd-Nr;E-Mail\n007;a@b.example\n008;bad\n";
    let map = "[attributes]\nexternal_id = 'Kd-Nr'\nemail = 'E-Mail'\n";
    let scan = Scan::read(Input::from_bytes("x", text).unwrap(), mapped(map)).unwrap();
    assert_eq!(scan.plan().delimiter, Some(';'));
    assert_eq!(scan.plan().attributes, ["external_id", "email"]);
    let mut failed = FailedFile::create(&target, scan.layout().clone()).unwrap();
    let mut source = scan.into_source().unwrap();
    while let Some(item) = source.next_row().unwrap() {
        failed
            .record(&match item {
                SourceItem::Row(row) => Outcome::new(&row, Status::Failed),
                SourceItem::Settled(outcome) => outcome,
            })
            .unwrap();
    }
    failed.finish().unwrap();
    let again = Scan::read(Input::open(&target).unwrap(), mapped(map)).unwrap();
    assert_eq!((again.plan().valid, again.plan().invalid), (1, 1));
    assert!(
        std::fs::read_to_string(&target)
            .unwrap()
            .starts_with("Kd-Nr;E-Mail;zd_line")
    );
}

#[test]
fn a_mapping_is_known_by_its_content() {
    let digest = |text: &str| Mapping::parse("x", text).unwrap().digest().to_owned();
    assert_eq!(digest("[attributes]\n"), digest("[attributes]\n"));
    assert_ne!(digest("[attributes]\n"), digest("[attributes] \n"));
}
