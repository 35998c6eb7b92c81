//! Inputs that are bad, odd or foreign: each is refused with its place, or taken byte for byte.

use zd_import::{BlankMeans, Duplicates, Encoding, Input, Match, Scan, ScanError, ScanOptions};

use crate::people::{items, scan, skip};

fn utf16(text: &str, little_endian: bool) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units
        .flat_map(|unit| {
            if little_endian {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        })
        .collect()
}

fn problems(scan: &Scan) -> Vec<(u64, Option<u64>, &'static str)> {
    let first = scan.plan().problems.first.iter();
    first
        .map(|problem| (problem.line, problem.column, problem.code))
        .collect()
}

/// Rows as they would be sent, without the flag that is on all of them.
fn sent(bytes: impl Into<Vec<u8>>) -> Vec<String> {
    let scan = scan(bytes, ScanOptions::default()).unwrap();
    assert_eq!(problems(&scan), []);
    let (rows, settled) = items(scan);
    assert!(settled.is_empty());
    let users = rows
        .iter()
        .map(|row| serde_json::to_string(&row.user).unwrap());
    users
        .map(|json| json.replace(r#","skip_verify_email":true"#, ""))
        .collect()
}

#[test]
fn every_encoding_and_line_end_says_the_same() {
    let text = "email,name\nann@a.example,Ångström\n\n\"bob@b.example\",\"two\nlines\"\n";
    let expected = [
        r#"{"email":"ann@a.example","name":"Ångström"}"#,
        r#"{"email":"bob@b.example","name":"two\nlines"}"#,
    ];
    assert_eq!(sent(text), expected);
    assert_eq!(sent(format!("\u{feff}{text}")), expected);
    assert_eq!(sent(utf16(text, true)), expected);
    assert_eq!(sent(utf16(text, false)), expected);
    assert_eq!(sent(text.trim_end()), expected, "no line end at the end");
    assert_eq!(sent(text.replace(',', ";")), expected);
    assert_eq!(sent(text.replace(',', "\t")), expected);
    let within = |line_end: &str| expected.map(|json| json.replace("\\n", line_end));
    assert_eq!(sent(text.replace('\n', "\r\n")), within("\\r\\n"));
    assert_eq!(sent(text.replace('\n', "\r")), within("\\r"));
}

#[test]
fn values_arrive_exactly() {
    let decomposed = "e\u{301}";
    let arabic = "\u{202b}محمد\u{202c}";
    for (cell, expected) in [
        ("007", "007"),
        ("9007199254740993", "9007199254740993"),
        ("1e5", "1e5"),
        ("3.10", "3.10"),
        (" padded ", " padded "),
        ("=HYPERLINK(\"\"x\"\")", "=HYPERLINK(\"x\")"),
        ("+1", "+1"),
        ("-", "-"),
        ("@sum", "@sum"),
        ("null", "null"),
        ("\\n", "\\n"),
        (decomposed, decomposed),
        (arabic, arabic),
        ("😀\u{200d}👩", "😀\u{200d}👩"),
    ] {
        let text = format!("external_id,name,user_fields.x\n\"{cell}\",\"{cell}\",\"{cell}\"\n");
        let scan = scan(text, ScanOptions::default()).unwrap();
        assert_eq!(problems(&scan), [], "{cell}");
        let user = &items(scan).0[0].user;
        assert_eq!(user.external_id.value().unwrap().as_str(), expected);
        assert_eq!(user.name.as_deref(), Some(expected));
        assert_eq!(user.user_fields.value().unwrap()["x"], expected);
    }
}

#[test]
fn what_is_wrong_with_a_row_is_told_with_its_place() {
    for (text, expected) in [
        ("email,name\na@b.example\n", vec![(2, None, "row_ragged")]),
        (
            "email,name\na@b.example,A,\n",
            vec![(2, None, "row_ragged")],
        ),
        ("email,name\n\n,\n", vec![(3, None, "row_blank")]),
        ("email,name\n,A\n", vec![(2, None, "key_missing")]),
        (
            "email,name\n\"a\nb\",A\nx,B\n",
            vec![
                (2, Some(1), "email_malformed"),
                (4, Some(1), "email_malformed"),
            ],
        ),
        (
            "email,name\na@b.example,\"A\"B\n",
            vec![(2, Some(2), "quote_misplaced")],
        ),
        (
            "email,name\na@b.example,A\0B\n",
            vec![(2, Some(2), "nul_character")],
        ),
        (
            "email,role,tags\nx,wizard,a b\n",
            vec![
                (2, Some(1), "email_malformed"),
                (2, Some(2), "role_unknown"),
                (2, Some(3), "tag_space"),
            ],
        ),
        (
            "email,role\na@b.example,admin\n",
            vec![(2, Some(2), "role_not_allowed")],
        ),
        (
            "email,organization_id\na@b.example,1.2E+12\n",
            vec![(2, Some(2), "id_malformed")],
        ),
        (
            "email,organization_id,organization.name\na@b.example,1,Fir\n",
            vec![(2, None, "organization_twice")],
        ),
        ("email,name\n\\N,A\n", vec![(2, Some(1), "cannot_clear")]),
        (
            "email,zd_status\na@b.example,12\n",
            vec![(2, None, "row_shifted")],
        ),
    ] {
        let scan = scan(text, skip()).unwrap();
        assert_eq!(problems(&scan), expected, "{text}");
    }
    let bytes = b"email,name\na@b.example,\"Jos\xe9\"\nc@d.example,B\n";
    let scan = scan(bytes, skip()).unwrap();
    assert_eq!(problems(&scan), [(2, Some(2), "utf8_invalid")]);
    let problem = &scan.plan().problems.first[0];
    assert!(problem.message.contains("0xE9"), "{problem}");
    assert_eq!(problem.column_name.as_deref(), Some("name"));
    let (rows, settled) = items(scan);
    assert_eq!((rows.len(), settled.len()), (1, 1));
    assert_eq!(
        settled[0].raw.as_deref(),
        Some(&b"a@b.example,\"Jos\xe9\""[..])
    );
}

#[test]
fn broken_utf_16_is_named_at_its_line() {
    let mut bytes = utf16("email,name\na@b.example,A\n", true);
    bytes.extend([b'x', 0, 0x00, 0xD8, b'\n', 0, b'y']);
    let scan = scan(bytes, skip()).unwrap();
    let expected = [(3, Some(1), "utf8_invalid"), (4, Some(1), "utf8_invalid")];
    assert_eq!(problems(&scan), expected);
}

#[test]
fn an_input_that_cannot_be_taken_says_where() {
    let long = "x".repeat(1024 * 1024);
    let columns: Vec<_> = (0..10_000).map(|column| format!("c{column}")).collect();
    for (text, code, line, column) in [
        (
            "email,name\na@b.example,A\nc@d.example,\"B\n".to_owned(),
            "quote_open",
            3,
            Some(2),
        ),
        (
            format!("email,name\na@b.example,\"{long}\nx\n"),
            "quote_open",
            2,
            Some(2),
        ),
        (
            format!("email,name\na@b.example,{long}\nx\n"),
            "record_too_long",
            2,
            Some(2),
        ),
        ("email,e-mail\n".to_owned(), "column_unknown", 1, Some(2)),
        (
            "\n\nemail,email\na,b\n".to_owned(),
            "column_duplicate",
            3,
            Some(2),
        ),
        ("name\nA\n".to_owned(), "key_column_missing", 1, None),
        (
            format!("email,{}\n", columns.join(",")),
            "column_unknown",
            1,
            Some(2),
        ),
        (
            format!("{{\"email\":\"{long}\"}}\n"),
            "record_too_long",
            1,
            None,
        ),
    ] {
        let error = scan(text, skip()).unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!(
            (problem.code, problem.line, problem.column),
            (code, line, column),
            "{error}"
        );
        assert!(error.problems().len() <= 20);
    }
    for text in ["email,name\n", "email", "email\r\n\r\n", "{}"] {
        let result = scan(text, skip());
        let rows = text == "{}";
        assert_eq!(matches!(result, Err(ScanError::NoRows)), !rows, "{text}");
    }
    assert!(matches!(
        scan(b"\xe9mail\na\n", skip()),
        Err(ScanError::HeaderNotUtf8 { line: 1 })
    ));
}

/// Objects of an array, on lines of their own or not, and what may stand between them.
#[test]
fn an_array_says_the_same_as_lines() {
    let expected = [
        r#"{"email":"a@b.example","name":"[{\",}]","user_fields":{"x":3.10}}"#,
        r#"{"external_id":"9007199254740993"}"#,
    ];
    let objects = [
        r#"{"email": "a@b.example", "name": "[{\",}]", "user_fields": {"x": 3.10}}"#,
        r#"{"external_id": 9007199254740993}"#,
    ];
    let pretty = objects
        .map(|object| object.replace(", ", ",\n    "))
        .join("\n,\n");
    for text in [
        objects.join("\n"),
        format!("[{}]", objects.join(",")),
        format!("\n [\r\n{pretty}\n ] \n"),
    ] {
        assert_eq!(sent(text.clone()), expected);
        assert_eq!(sent(format!("\u{feff}{text}")), expected);
        assert_eq!(sent(utf16(&text, true)), expected);
    }
}

#[test]
fn what_is_wrong_in_an_array_is_told_with_its_own_line_and_byte() {
    let text = "[\n  {\"email\": \"a@b.example\"},\n  {\n    \"email\": \"bad\",\n    \"nmae\": 1\n  },\n  7, {\"email\": nope},\n  {\"email\":\"b@b.example\",\n   \"name\": \"a\\u0000\"}]";
    let scan = scan(text, skip()).unwrap();
    assert_eq!(
        problems(&scan),
        [
            (4, Some(14), "email_malformed"),
            (5, Some(13), "key_unknown"),
            (7, None, "json_not_object"),
            (7, Some(17), "json_malformed"),
            (9, Some(12), "nul_character"),
        ]
    );
    let (rows, settled) = items(scan);
    assert_eq!(rows[0].line, 2);
    let lines: Vec<_> = settled.iter().map(|outcome| outcome.line).collect();
    assert_eq!(lines, [3, 7, 7, 8]);
    for (text, line, column) in [
        ("[{\"email\":\"a@b.example\"}\n garbage]", 2, 2),
        ("[{\"email\":\"a@b.example\"},\n", 2, 1),
        ("[{\"email\":\"a@b.example\"}]\n[]", 2, 1),
        ("[{\"email\":\"a@b.example\"},\n {\"email\":\"b", 2, 2),
        ("[{\"email\":\"a@b.example\"},\n]", 2, 1),
    ] {
        let error = crate::people::scan(text, skip()).unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!(
            (problem.code, problem.line, problem.column),
            ("json_array_malformed", line, Some(column)),
            "{text}: {problem}"
        );
    }
    assert!(matches!(
        crate::people::scan("[]", skip()),
        Err(ScanError::NoRows)
    ));
}

#[test]
fn where_looking_misleads_the_reader_says_how_it_is_written() {
    let read = |input: Input| items(Scan::read(input, skip()).unwrap()).0;
    let input = Input::from_bytes("x", b"email|name\na@b.example|Jos\xe9 \x80\n".to_vec()).unwrap();
    let rows = read(input.delimiter(b'|').encoding(Encoding::Windows1252));
    assert_eq!(rows[0].user.name.as_deref(), Some("José €"));
    // A mark knows better.
    let input = Input::from_bytes("x", "\u{feff}email\nå@b.example\n").unwrap();
    let rows = read(input.encoding(Encoding::Windows1252));
    assert_eq!(rows[0].user.email.as_deref(), Some("å@b.example"));
    let units = "é,email\nx,a@b.example\n".encode_utf16();
    let bytes: Vec<u8> = units.flat_map(u16::to_be_bytes).collect();
    let input = Input::from_bytes("x", bytes)
        .unwrap()
        .encoding(Encoding::Utf16Be);
    let options = ScanOptions {
        ignore_columns: vec!["é".into()],
        ..skip()
    };
    assert_eq!(items(Scan::read(input, options).unwrap()).0.len(), 1);
    // What would break rows apart is no delimiter.
    let input = Input::from_bytes("x", "email,name\na@b.example,A\n").unwrap();
    assert_eq!(read(input.delimiter(b'"').delimiter(b'\n')).len(), 1);
}

/// A field of 64 MiB is refused after one, at its line, whatever is around it.
#[test]
fn a_field_of_64_mebibytes_is_refused_at_its_line() {
    let field = "x".repeat(64 << 20);
    for (text, code, line, column) in [
        (
            format!("email,name\na@b.example,A\nb@b.example,{field}\n"),
            "record_too_long",
            3,
            Some(2),
        ),
        (
            format!("email,name\na@b.example,\"{field}\"\n"),
            "quote_open",
            2,
            Some(2),
        ),
        (
            format!("{{\"email\":\"a@b.example\"}}\n{{\"email\":\"{field}\"}}\n"),
            "record_too_long",
            2,
            None,
        ),
        (
            format!("[{{\"email\":\"a@b.example\"}},\n {{\"email\":\"{field}\"}}]"),
            "json_array_malformed",
            2,
            Some(2),
        ),
    ] {
        let error = scan(text, skip()).unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!(
            (problem.code, problem.line, problem.column),
            (code, line, column)
        );
    }
}

#[test]
fn ten_thousand_columns_are_read() {
    let columns: Vec<_> = (0..10_000)
        .map(|column| format!("user_fields.f{column}"))
        .collect();
    let cells: Vec<_> = (0..10_000).map(|cell| cell.to_string()).collect();
    let text = format!(
        "email,{}\na@b.example,{}\n",
        columns.join(","),
        cells.join(",")
    );
    let scan = scan(text, ScanOptions::default()).unwrap();
    let fields = items(scan)
        .0
        .remove(0)
        .user
        .user_fields
        .into_value()
        .unwrap();
    assert_eq!(fields.len(), 10_000);
    assert_eq!(fields["f9999"], "9999");
}

#[test]
fn blanks_and_nulls_are_told_apart() {
    let text =
        "external_id,email,phone,tags,user_fields.x\n1, ,\"\",\\N,\n,a@b.example,\\N,a,\\N\n";
    let users = |options| {
        let rows = items(scan(text, options).unwrap()).0;
        rows.iter()
            .map(|row| serde_json::to_string(&row.user).unwrap())
            .collect::<Vec<_>>()
    };
    let mut options = ScanOptions {
        send_welcome_mail: true,
        ..ScanOptions::default()
    };
    assert_eq!(
        users(options.clone()),
        [
            r#"{"external_id":"1","tags":null}"#,
            r#"{"email":"a@b.example","phone":null,"tags":["a"],"user_fields":{"x":null}}"#
        ]
    );
    options.blank = BlankMeans::Null;
    assert_eq!(
        users(options.clone())[0],
        r#"{"external_id":"1","phone":null,"tags":null,"user_fields":{"x":null}}"#,
        "a blank never clears a key"
    );
    options.blank = BlankMeans::Absent;
    options.null_token = Some("NULL".into());
    let scan = scan(text, options).unwrap();
    assert_eq!(scan.plan().problems.total, 0, "no token, so \\N is a text");
    assert_eq!(items(scan).0[1].user.phone.as_deref(), Some("\\N"));
}

#[test]
fn the_key_that_is_matched_by_must_be_there() {
    let text = "external_id,email\n1,a@b.example\n2,\n,c@d.example\n";
    for (match_by, keys, missing) in [
        (
            Match::Auto,
            vec!["ext:1", "ext:2", "email:c@d.example"],
            vec![],
        ),
        (Match::ExternalId, vec!["ext:1", "ext:2"], vec![4]),
        (
            Match::Email,
            vec!["email:a@b.example", "email:c@d.example"],
            vec![3],
        ),
    ] {
        let options = ScanOptions { match_by, ..skip() };
        let scan = scan(text, options).unwrap();
        let (rows, settled) = items(scan);
        let found: Vec<_> = rows
            .iter()
            .map(|row| zd_import::Key::of(&row.user, match_by).unwrap().to_string())
            .collect();
        assert_eq!(found, keys);
        let lines: Vec<_> = settled.iter().map(|outcome| outcome.line).collect();
        assert_eq!(lines, missing);
    }
}

#[test]
fn the_plan_tells_what_it_will_do() {
    let text = "external_id,email,tags,organization.name,role,identities.email,Shoe size\n\
        1,a@b.example,x,Fir,end-user,c@b.example,42\n\
        1,A@B.example,,,,,\n\
        2,bad,,,,,\n";
    let options = ScanOptions {
        ignore_columns: vec!["shoe SIZE".into()],
        ..skip()
    };
    let scan = scan(text, options).unwrap();
    let plan = scan.plan();
    assert_eq!(
        (plan.rows, plan.valid, plan.invalid, plan.batches),
        (3, 2, 1, 1)
    );
    assert_eq!((plan.duplicates.groups, plan.duplicates.rows), (1, 2));
    let seen = plan.overwrites;
    assert_eq!(
        (seen.tags, seen.organizations, seen.roles, seen.identities),
        (1, 1, 1, 1)
    );
    assert_eq!(plan.ignored_columns, ["Shoe size"]);
    assert_eq!(plan.attributes[3], "organization.name");
    let json = serde_json::to_value(plan).unwrap();
    assert_eq!(json["problems"]["by_code"]["email_malformed"], 1);
    assert_eq!(json["format"], "csv");
    let (rows, settled) = items(scan);
    assert_eq!(rows[0].group, rows[1].group);
    assert!(rows[0].group.is_some());
    assert_eq!(settled[0].key.as_deref(), Some("ext:2"));
}

#[test]
fn superseded_rows_are_unchanged_and_name_the_other() {
    let text = "email,name\na@b.example,A\n\"c@d\n.example\",C\nA@B.example,B\n";
    let options = ScanOptions {
        duplicates: Duplicates::Last,
        ..skip()
    };
    let (rows, settled) = items(scan(text, options).unwrap());
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].line, rows[0].group), (5, None));
    let error = settled[0].error.as_ref().unwrap();
    assert_eq!(
        (settled[0].status.as_str(), error.code.as_str()),
        ("unchanged", "superseded")
    );
    assert!(error.message.contains("line 5"), "{}", error.message);
    assert_eq!(settled[0].raw.as_deref(), Some(&b"a@b.example,A"[..]));
}

#[test]
fn nothing_is_handed_out_of_an_unsound_input_unless_asked() {
    let scan = scan("email\nbad\na@b.example\n", ScanOptions::default()).unwrap();
    assert!(!scan.is_sound());
    assert_eq!(scan.into_source().unwrap_err().invalid, 1);
}
