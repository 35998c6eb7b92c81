//! Files that cannot be imported: exit 11, the place, and nothing is sent.

use crate::fake::{Answer, Fake};
use crate::process::Zd;

/// An import and a check say the same, also where the account cannot be reached, and nothing is written there.
#[track_caller]
fn refused(file: &str, content: &[u8], expected: &[&str]) {
    let fake = Fake::start(|_| Answer::Close);
    let zd = Zd::at(&fake.url).file(file, content);
    let check = zd.run(&["check", file]).code(11);
    assert_eq!(fake.requests().len(), 0, "a check asks nobody");
    let import = zd.run(&["import", file]).code(11);
    assert_eq!(import.stdout, "", "{import:?}");
    let said = format!("{}{}", check.stdout, check.stderr);
    for text in expected {
        assert!(import.stderr.contains(text), "{text:?} in {import:?}");
        assert!(said.contains(text), "{text:?} in {check:?}");
    }
    assert!(
        import.stderr.contains("sent: nothing") && import.stderr.contains("fix: "),
        "{import:?}"
    );
    let error = zd.run(&["import", file, "--json"]).code(11).error();
    assert_eq!(error["exit"].to_string(), "11");
    let requests = fake.requests();
    assert!(requests.iter().all(|request| request.method == "GET"));
    assert!(!zd.exists("failed.csv"));
}

/// Also where the account answers and its organizations cannot be read: what is wrong with the file is told, and nobody is sent.
#[test]
fn what_is_wrong_with_a_file_is_told_whatever_the_account_says() {
    let fake = Fake::account(|_| Answer::json(403, &serde_json::json!({"error": "Forbidden"})));
    let content = "email,name,organization.name\nnobody,Ann,Alder\nb@b.example,Bob,Alder\n";
    let zd = Zd::at(&fake.url).file("people.csv", content);
    for arguments in [
        &["import", "people.csv"][..],
        &["import", "people.csv", "--dry-run=diff"],
        &["check", "people.csv", "--account"],
    ] {
        let ran = zd.run(arguments).code(11);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            said.contains("line 2, column 1 (email)"),
            "{arguments:?}: {ran:?}"
        );
    }
    let requests = fake.requests();
    assert!(
        requests
            .iter()
            .any(|request| request.path.contains("/organizations"))
    );
    assert!(requests.iter().all(|request| request.method == "GET"));
    // A file that names many is not worth hundreds of requests while it is wrong.
    let mut many = content.to_owned();
    for row in 0..40 {
        many.push_str(&format!("{row}@b.example,B,Org {row}\n"));
    }
    let fake = Fake::account(|_| Answer::json(403, &serde_json::json!({"error": "Forbidden"})));
    let zd = Zd::at(&fake.url).file("people.csv", many);
    zd.run(&["import", "people.csv"])
        .code(11)
        .err("1 of 42 rows invalid");
    assert!(
        fake.requests()
            .iter()
            .all(|request| !request.path.contains("/organizations"))
    );
}

#[test]
fn an_unknown_column() {
    refused(
        "people.csv",
        b"email,nmae\na@b.example,Ann\n",
        &["column 2 (nmae)", "name"],
    );
    let zd = Zd::new().file("people.csv", "email,shoe size\na@b.example,43\n");
    zd.run(&["check", "people.csv"])
        .code(11)
        .err("--ignore-column");
    zd.run(&["check", "people.csv", "--ignore-column", "Shoe Size"])
        .code(0)
        .out("left out     shoe size");
}

#[test]
fn a_row_without_a_key() {
    refused(
        "people.csv",
        b"email,name\n,Ann\n",
        &["line 2", "neither external_id nor email"],
    );
}

#[test]
fn a_malformed_address() {
    refused(
        "people.csv",
        b"email,name\nok@b.example,Ann\nann.example,Bob\n",
        &["line 3, column 1 (email)", "ann.example", "1 of 2 rows"],
    );
}

#[test]
fn a_ragged_row() {
    refused(
        "people.csv",
        b"email,name\na@b.example,Ann,more\n",
        &["line 2", "3 cells, the header has 2"],
    );
}

#[test]
fn text_that_is_not_utf_8() {
    refused(
        "people.csv",
        b"email,name\na@b.example,M\xfcller\n",
        &["line 2, column 2 (name)", "UTF-8"],
    );
}

#[test]
fn nothing_in_it() {
    refused("people.csv", b"", &["people.csv is empty"]);
    refused("people.csv", b"email,name\n", &["no rows"]);
    refused("people.jsonl", b"\n\n", &["people.jsonl is empty"]);
}

#[test]
fn something_else() {
    refused("people.csv", b"\x1f\x8b\x08rest", &["gzip"]);
    refused("people.csv", b"PK\x03\x04rest", &["ZIP"]);
    refused(
        "people.csv",
        b"email,name\n\"a@b.example,Ann\n",
        &["line 2", "quote"],
    );
}

#[test]
fn a_key_that_is_missing_for_the_match() {
    let zd = Zd::new().file("people.csv", "external_id,email\n1,\n,b@b.example\n");
    zd.run(&["check", "people.csv"]).code(0);
    zd.run(&["check", "people.csv", "--match", "external_id"])
        .code(11)
        .out("line 3");
    zd.run(&["check", "people.csv", "--match", "email"])
        .code(11)
        .out("line 2");
}

#[test]
fn a_file_that_is_missing_is_told_before_missing_credentials() {
    let zd = Zd::new();
    zd.run(&["import", "none.csv"])
        .code(3)
        .err("error[ZD1003]: there is no file none.csv");
    zd.run(&["check", "none.csv"]).code(3).err("error[ZD1003]");
    zd.run(&["import", "."])
        .code(2)
        .err("error[ZD1004]: . is a directory");
}

#[test]
fn a_sound_file_without_credentials_says_how_and_offers_a_rehearsal() {
    let zd = Zd::new().file("people.csv", "email,name\na@b.example,Ann\n");
    zd.run(&["import", "people.csv"])
        .code(4)
        .err("error[ZD2001]")
        .err("zd import people.csv --sandbox");
    let json = zd.run(&["import", "people.csv", "--json"]).code(4).json();
    assert_eq!(
        (json["exit"].to_string(), json["unprocessed"].to_string()),
        ("4".to_owned(), "1".to_owned())
    );
}

#[test]
fn every_problem_is_counted_and_the_first_are_shown() {
    let mut content = String::from("email\n");
    for number in 0..50 {
        content.push_str(&format!("nobody-{number}\n"));
    }
    let zd = Zd::new().file("people.csv", content);
    zd.run(&["import", "people.csv"])
        .code(11)
        .err("50 of 50 rows invalid")
        .err("line 21")
        .err("and: 30 more")
        .never("line 22");
    let json = zd.run(&["import", "people.csv", "--json"]).code(11);
    assert_eq!(
        json.error()["problems"]["by_code"]["email_malformed"].to_string(),
        "50"
    );
    assert_eq!(json.json()["invalid"].to_string(), "50");
    let plan = zd.run(&["check", "people.csv", "--json"]).code(11).json();
    assert_eq!(plan["problems"]["first"][0]["line"].to_string(), "2");
}

#[test]
fn duplicates_that_contradict_each_other_are_named_with_their_lines() {
    let zd = Zd::new().file(
        "people.csv",
        "external_id,email\n1,a@b.example\n2,A@b.example\n",
    );
    zd.run(&["check", "people.csv"]).code(11).out("line ");
    zd.run(&["check", "people.csv", "--duplicates", "first"])
        .code(0)
        .out("1 of them left out");
}
