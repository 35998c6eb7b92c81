//! Mapping files: made, corrected, used.

use std::io::Write as _;

use crate::process::Zd;

const CRM: &str = "Customer No;E-Mail;First name;Last name;Shoe size\n007;ann@b.example;Ann;Lee;42\n008;bob@b.example;;Bob;\n";

#[test]
fn a_suggested_mapping_passes_the_check() {
    let zd = Zd::new().file("crm.csv", CRM);
    let printed = zd.run(&["map", "init", "crm.csv"]).code(0).stdout;
    zd.run(&["map", "init", "crm.csv", "-o", "crm.toml"])
        .code(0)
        .err("zd check crm.csv --map crm.toml");
    assert_eq!(zd.read("crm.toml"), printed);
    zd.run(&["check", "crm.csv", "--map", "crm.toml"]).code(0);
    zd.run(&["check", "crm.csv"]).code(11).err("zd map init");
    // Nobody's work is overwritten.
    zd.run(&["map", "init", "crm.csv", "-o", "crm.toml"])
        .code(2)
        .err("there already");
    let piped = zd.run_with(&["map", "init", "-"], CRM.as_bytes()).code(0);
    assert!(piped.stdout.contains("external_id = \"Customer No\""));
}

#[test]
fn a_wrong_mapping_is_told_with_its_place() {
    let zd = Zd::new()
        .file("crm.csv", CRM)
        .file("wrong.toml", "[attributes]\nemial = 'E-Mail'\n")
        .file(
            "other.toml",
            "ignore = ['*']\n[attributes]\nemail = 'EMail 2'\n",
        );
    zd.run(&["check", "crm.csv", "--map", "wrong.toml"])
        .code(11)
        .err("wrong.toml")
        .err("line 2, column 1")
        .err("near it: email");
    zd.run(&["import", "crm.csv", "--map", "other.toml", "--sandbox"])
        .code(11)
        .err("line 3, column 9")
        .err("near it: \"E-Mail\"");
    zd.run(&["check", "crm.csv", "--map", "none.toml"])
        .code(3)
        .err("there is no file none.toml");
}

#[test]
fn archives_and_told_forms_are_read() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder
        .write_all(b"email|name\na@b.example|Jos\xe9\n")
        .unwrap();
    let packed = encoder.finish().unwrap();
    let zd = Zd::new()
        .file("people.csv.gz", &packed)
        .file("cut.csv.gz", &packed[..packed.len() - 9]);
    let told = ["--delimiter", "pipe", "--encoding", "windows-1252"];
    let check = |file| {
        let arguments = [&["check", file][..], &told].concat();
        zd.run(&arguments)
    };
    check("people.csv.gz").code(0);
    check("cut.csv.gz").code(11).err("cut off");
}
