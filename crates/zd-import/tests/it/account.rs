//! What an import knows of the account before it sends anything, asked of the sandbox.

use std::sync::Arc;

use zd_import::{
    AccountFacts, Duplicates, EmailChange, Import, Input, OnInvalid, Scan, ScanError, ScanOptions,
    Status,
};
use zd_model::{Organization, OrganizationUpsert, Role};
use zd_sandbox::Sandbox;
use zd_users::Client;
use zd_users::endpoints::SearchOrganizations;

use crate::client;
use crate::people::items;

fn sandbox() -> Sandbox {
    Sandbox::builder().requests_a_minute(100_000).build()
}

/// Options that know the account.
async fn known(client: &Client) -> ScanOptions {
    ScanOptions {
        account: Some(Arc::new(AccountFacts::fetch(client).await.unwrap())),
        on_invalid: OnInvalid::Skip,
        ..ScanOptions::default()
    }
}

fn read(text: &str, options: ScanOptions) -> Result<Scan, ScanError> {
    Scan::read(
        Input::from_bytes("people", text.to_owned()).unwrap(),
        options,
    )
}

/// The problems, each as the user sees it.
fn problems(scan: &Scan) -> Vec<String> {
    let first = scan.plan().problems.first.iter();
    first.map(ToString::to_string).collect()
}

/// How many requests the sandbox had.
fn requests(sandbox: &Sandbox) -> u64 {
    let state = sandbox.inspect(&http::Method::GET, "state", &serde_json::Value::Null);
    state.unwrap()["requests"]["total"].as_u64().unwrap()
}

async fn looked_up(mut scan: Scan, client: &Client, create: bool) -> Scan {
    let mut organizations = scan.take_organizations().unwrap();
    organizations.look_up(client, create).await.unwrap();
    scan.with_organizations(organizations).unwrap()
}

async fn make(client: &Client, name: &str, external_id: Option<&str>) -> Organization {
    let mut wanted = OrganizationUpsert::new();
    wanted.name = name.into();
    if let Some(id) = external_id {
        wanted.external_id = id.into();
    }
    let organizations = client.organizations();
    let made = organizations.create_or_update(&wanted).await.unwrap();
    made.into_record()
}

#[tokio::test(start_paused = true)]
async fn the_definitions_decide_what_cells_become() {
    let client = client(&sandbox());
    let options = known(&client).await;
    let account = options.account.clone().unwrap();
    assert_eq!(account.role(), Some(&Role::Admin));
    assert_eq!(account.user_fields().unwrap().len(), 10);
    let file = "external_id,user_fields.seats,user_fields.newsletter,user_fields.interests,user_fields.discount,user_fields.account_manager\n\
        1,012,yes,\"film, music\",3.10,382\n";
    let (rows, _) = items(read(file, options).unwrap());
    let user = serde_json::to_value(&rows[0].user).unwrap();
    assert_eq!(
        user["user_fields"].to_string(),
        r#"{"seats":12,"newsletter":true,"interests":["film","music"],"discount":3.10,"account_manager":"382"}"#
    );
}

#[tokio::test(start_paused = true)]
async fn columns_that_the_account_does_not_take_are_told_once() {
    let client = client(&sandbox());
    let options = known(&client).await;
    let file = "external_id,user_fields.seets,user_fields.plan_tier:list,user_fields.bio\n1,1,gold,x\n2,2,gold,y\n";
    let Err(ScanError::Header(found)) = read(file, options.clone()) else {
        panic!("the header is not refused");
    };
    let codes: Vec<_> = found
        .first
        .iter()
        .map(|one| (one.code, one.column))
        .collect();
    assert_eq!(
        codes,
        [
            ("user_field_unknown", Some(2)),
            ("user_field_type_contradicts", Some(3))
        ]
    );
    assert!(found.first[0].message.contains("near it: seats"));
    let ignoring = ScanOptions {
        ignore_columns: vec![
            "user_fields.seets".into(),
            "user_fields.plan_tier:list".into(),
        ],
        ..options
    };
    assert!(read(file, ignoring).unwrap().is_sound());
}

#[tokio::test(start_paused = true)]
async fn values_that_the_account_refuses_are_found_before_it_is_asked() {
    let client = client(&sandbox());
    let options = known(&client).await;
    let file = "external_id,user_fields.plan_tier,user_fields.crm_id\n\
        1,gold,CRM-000001\n2,platinum,\n3,,CRM-1\n4,Gold,\n";
    let scan = read(file, options.clone()).unwrap();
    assert_eq!(
        problems(&scan),
        [
            r#"line 3, column 2 (user_fields.plan_tier): no such option; there are bronze, gold, silver ("platinum")"#,
            r#"line 4, column 3 (user_fields.crm_id): does not match the field's pattern \ACRM-[0-9]{6}\z ("CRM-1")"#,
            r#"line 5, column 2 (user_fields.plan_tier): options are written exactly: gold ("Gold")"#,
        ]
    );
    // The same in JSON Lines, where there is no header to tell it at.
    let lines = "{\"external_id\": \"1\", \"user_fields\": {\"seats\": \"12\", \"newsletter\": \"true\"}}\n\
        {\"external_id\": \"2\", \"user_fields\": {\"seets\": 12}}\n\
        {\"external_id\": \"3\", \"user_fields\": {\"interests\": [\"film\", \"chess\"]}}\n";
    let scan = read(lines, options).unwrap();
    let first = scan.plan().problems.first.iter();
    let codes: Vec<_> = first.map(|one| (one.line, one.code)).collect();
    assert_eq!(
        codes,
        [(2, "user_field_unknown"), (3, "user_field_option_unknown")]
    );
    let (rows, _) = items(scan);
    let user = serde_json::to_value(&rows[0].user).unwrap();
    assert_eq!(
        user["user_fields"].to_string(),
        r#"{"seats":12,"newsletter":true}"#
    );
}

/// Whatever the check lets through, the sandbox takes.
#[tokio::test(start_paused = true)]
async fn what_passes_the_check_is_taken() {
    let client = client(&sandbox());
    let options = known(&client).await;
    let values = [
        ("nickname", vec!["x", "007", "é", "[1]"]),
        ("bio", vec!["a b", "true"]),
        ("crm_id", vec!["CRM-000123", "CRM-1", "crm-000123"]),
        (
            "seats",
            vec!["0", "-5", "007", "1.5", "x", "9007199254740993"],
        ),
        ("discount", vec!["0.10", "-3", "1,5", "7"]),
        ("newsletter", vec!["yes", "0", "TRUE", "perhaps"]),
        (
            "customer_since",
            vec!["2024-02-29", "2023-02-29", "2024-02-29T10:00:00Z"],
        ),
        ("plan_tier", vec!["gold", " silver", "GOLD"]),
        ("interests", vec!["film", "film,music", "film,chess"]),
    ];
    let mut file = "external_id,name".to_owned();
    for (key, _) in &values {
        file.push_str(&format!(",user_fields.{key}"));
    }
    let (mut row, mut expected) = (0, 0);
    for (column, (_, cells)) in values.iter().enumerate() {
        for cell in cells {
            let before = ",".repeat(column);
            let after = ",".repeat(values.len() - column - 1);
            file.push_str(&format!("\nv-{row},Ann,{before}\"{cell}\"{after}"));
            row += 1;
        }
    }
    let scan = read(&file, options).unwrap();
    expected += scan.plan().valid;
    assert!(
        expected > 15 && scan.plan().invalid > 5,
        "{:?}",
        scan.plan()
    );
    let run = Import::new(client).run(scan.into_source().unwrap());
    let report = run.report().await.unwrap();
    assert_eq!(report.counts.created, expected, "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn organizations_are_found_by_name_and_external_id_and_sent_by_id() {
    let client = client(&sandbox());
    let alder = make(&client, "Ácme, Inc.", Some("A-1")).await;
    let odd = make(&client, "Odd", Some("A,2")).await;
    let file = "external_id,name,organization.name,organization.external_id\n\
        1,Ann,birch LOGISTICS ,\n\
        2,Bob,,a-1\n\
        3,Cy,,\"A,2\"\n\
        4,Di,Quince Aerospace,\n\
        5,Ed,,A-9\n\
        6,Flo,,\n\
        7,Gil,\"áCME, inc.\",\n";
    let scan = read(file, known(&client).await).unwrap();
    let summary = scan.plan().organizations.unwrap();
    assert_eq!((summary.named, summary.looked_up), (6, false));
    let scan = looked_up(scan, &client, false).await;
    let summary = scan.plan().organizations.unwrap();
    assert_eq!(
        (summary.found, summary.missing, summary.to_create),
        (4, 2, 0)
    );
    assert_eq!(
        problems(&scan),
        [
            r#"line 5: no organization has this name; --create-organizations creates it ("Quince Aerospace")"#,
            r#"line 6: no organization has this external id; --create-organizations creates it ("A-9")"#,
        ]
    );
    assert_eq!((scan.plan().valid, scan.plan().invalid), (5, 2));
    let (rows, settled) = items(scan);
    assert_eq!(settled.len(), 2);
    let sent: Vec<_> = rows
        .iter()
        .map(|row| row.user.organization_id.value())
        .collect();
    assert_eq!(sent[1..3], [Some(&alder.id), Some(&odd.id)]);
    assert_eq!((sent[3], sent[4]), (None, Some(&alder.id)));
    assert!(sent[0].is_some() && rows.iter().all(|row| row.user.organization.is_absent()));
}

#[tokio::test(start_paused = true)]
async fn missing_organizations_are_created_once_whatever_came_before() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let taken = make(&client, "Taken", Some("T-1")).await;
    let mut file = "external_id,name,organization.name,organization.external_id\n".to_owned();
    for row in 0..40 {
        file.push_str(&format!("r-{row},Ann,New {},\n", row % 20));
    }
    file.push_str("x-1,Bob,With Id,W-1\nx-2,Cy,Taken,T-9\nx-3,Di,,W-9\n");
    let scan = read(&file, known(&client).await).unwrap();
    let mut scan = looked_up(scan, &client, true).await;
    let summary = scan.plan().organizations.unwrap();
    let to_come = (summary.to_create, summary.ambiguous, summary.missing);
    assert_eq!(to_come, (21, 1, 1), "nobody says the name of one");
    assert_eq!(
        scan.plan().problems.by_code.keys().collect::<Vec<_>>(),
        [&"organization_name_taken", &"organization_not_found"]
    );
    // Somebody else was faster with one, and an earlier run that was killed with another.
    let theirs = make(&client, "new 3", None).await;
    make(&client, "NEW 4", None).await;
    assert_eq!(scan.create_organizations(&client).await.unwrap(), 19);
    assert_eq!(scan.create_organizations(&client).await.unwrap(), 0);
    let (rows, settled) = items(scan);
    assert_eq!((rows.len(), settled.len()), (41, 2));
    assert_eq!(rows[3].user.organization_id.value(), Some(&theirs.id));
    assert_eq!(rows[3].user.organization_id, rows[23].user.organization_id);
    assert!(rows.iter().all(|row| row.user.organization_id.is_value()));
    let with_id = SearchOrganizations::by_external_id(&"w-1".into());
    let with_id = client.organizations().search(&with_id).await.unwrap();
    assert_eq!(with_id[0].name.as_deref(), Some("With Id"));
    let kept = client.organizations().get(taken.id).await.unwrap();
    assert_eq!(kept.name.as_deref(), Some("Taken"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_creates_nothing_twice() {
    let sandbox = Sandbox::builder()
        .requests_a_minute(100_000)
        .fault(
            "answer-lost POST /api/v2/organizations/create_or_update nth=2"
                .parse()
                .unwrap(),
        )
        .build();
    let client = client(&sandbox);
    let file = "external_id,organization.name\n1,New A\n2,New B\n3,New C\n";
    let scan = read(file, known(&client).await).unwrap();
    let mut scan = looked_up(scan, &client, true).await;
    assert_eq!(scan.create_organizations(&client).await.unwrap(), 3);
    let (rows, _) = items(scan);
    assert!(rows.iter().all(|row| row.user.organization_id.is_value()));
}

#[tokio::test(start_paused = true)]
async fn many_names_take_few_requests() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let facts = known(&client).await;
    let mut file = "external_id,organization.name\n".to_owned();
    for row in 0..3000 {
        file.push_str(&format!("{row},Unheard Of {row}\n"));
    }
    let scan = read(&file, facts).unwrap();
    let before = requests(&sandbox);
    let scan = looked_up(scan, &client, false).await;
    let took = requests(&sandbox) - before;
    assert!(
        took <= 2,
        "the list of all organizations tells: {took} requests"
    );
    assert_eq!(scan.plan().invalid, 3000);
}

/// A list that is longer than searching for each is left for the searches.
#[tokio::test(start_paused = true)]
async fn few_names_do_not_read_a_long_list() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    for number in 0..1200 {
        make(&client, &format!("Other {number}"), None).await;
    }
    let mut file = "external_id,organization.name\n".to_owned();
    for number in [0, 1, 2, 3, 1196, 1197, 1198, 1199] {
        file.push_str(&format!("{number},OTHER {number}\n"));
    }
    let scan = read(&file, ScanOptions::default()).unwrap();
    let before = requests(&sandbox);
    let scan = looked_up(scan, &client, false).await;
    let took = requests(&sandbox) - before;
    assert!(took <= 2 * 8 + 1, "{took} requests");
    assert_eq!(scan.plan().organizations.unwrap().found, 8);
}

/// A row that is refused for its organization is nobody's double, and its problem stands where its line is.
#[tokio::test(start_paused = true)]
async fn rows_refused_for_their_organization_count_for_nothing_else() {
    let client = client(&sandbox());
    make(&client, "Alder", None).await;
    let mut file = "external_id,email,organization.name\n".to_owned();
    file.push_str("1,a@b.example,Alder\n1,a@b.example,Nowhere\n2,nobody,Alder\n3,c@b.example,\n1,other@b.example,nowhere\n");
    for row in 0..30 {
        file.push_str(&format!("x{row},x{row}@b.example,Gone {row}\n"));
    }
    let scan = read(&file, known(&client).await).unwrap();
    assert_eq!(
        scan.plan().invalid,
        1 + 3,
        "an address, and three that differ"
    );
    let scan = looked_up(scan, &client, false).await;
    let plan = scan.plan();
    assert_eq!((plan.rows, plan.invalid, plan.valid), (35, 33, 2));
    assert_eq!(plan.duplicates.groups, 0);
    assert_eq!(plan.batches, 1);
    let organizations = plan.organizations.unwrap();
    assert_eq!((organizations.found, organizations.missing), (1, 31));
    assert_eq!((plan.problems.total, plan.problems.first.len()), (33, 20));
    let first: Vec<_> = plan
        .problems
        .first
        .iter()
        .take(4)
        .map(ToString::to_string)
        .collect();
    for (found, expected) in first.iter().zip([
        "line 3: no organization has this name",
        "line 4, column 2 (email)",
        "line 6: no organization has this name",
        "line 7: no organization has this name",
    ]) {
        assert!(found.starts_with(expected), "{found}");
    }
    assert!(
        first[0].ends_with("(\"Nowhere\")") && first[3].ends_with("(\"Gone 0\")"),
        "{first:?}"
    );
    let (rows, settled) = items(scan);
    let lines: Vec<_> = rows.iter().map(|row| (row.line, row.group)).collect();
    assert_eq!(lines, [(2, None), (5, None)]);
    assert_eq!(settled.len(), 33);
}

/// Whichever of its rows says the name, an organization is created by it, for all of them.
#[tokio::test(start_paused = true)]
async fn an_organization_is_created_by_the_name_that_any_row_says() {
    let client = client(&sandbox());
    let file = "external_id,organization.external_id,organization.name\n\
        1,B-1,\n2,b-1,Birch\n3,B-1,Beech\n4,N-1,\n";
    let scan = read(file, known(&client).await).unwrap();
    let mut scan = looked_up(scan, &client, true).await;
    let organizations = scan.plan().organizations.unwrap();
    assert_eq!(
        (
            organizations.named,
            organizations.to_create,
            organizations.missing
        ),
        (2, 1, 1)
    );
    assert_eq!((scan.plan().valid, scan.plan().invalid), (3, 1));
    let problem = scan.plan().problems.first[0].to_string();
    assert!(
        problem.starts_with("line 5: no organization has this external id, and no row"),
        "{problem}"
    );
    assert_eq!(scan.create_organizations(&client).await.unwrap(), 1);
    let (rows, settled) = items(scan);
    let ids: Vec<_> = rows
        .iter()
        .map(|row| row.user.organization_id.value())
        .collect();
    assert!(
        ids[0].is_some() && ids.iter().all(|id| *id == ids[0]),
        "{ids:?}"
    );
    assert_eq!((rows.len(), settled.len()), (3, 1));
}

/// With every policy for duplicates a row that is refused for its organization neither goes first nor gives way.
#[tokio::test(start_paused = true)]
async fn rows_refused_for_their_organization_supersede_nobody() {
    let client = client(&sandbox());
    let file = "external_id,organization.name\n1,Nowhere\n1,\n2,\n2,Nowhere\n3,\n3,\n";
    for (policy, sent, superseded, invalid) in [
        (Duplicates::First, &[3, 4, 6][..], 1, 2),
        (Duplicates::Last, &[3, 4, 7], 1, 2),
        (Duplicates::Error, &[3, 4], 0, 4),
        (Duplicates::InOrder, &[3, 4, 6, 7], 0, 2),
    ] {
        let options = ScanOptions {
            duplicates: policy,
            ..known(&client).await
        };
        let scan = looked_up(read(file, options).unwrap(), &client, false).await;
        let plan = scan.plan();
        assert_eq!(
            (plan.superseded, plan.invalid),
            (superseded, invalid),
            "{policy:?}"
        );
        let (rows, settled) = items(scan);
        let lines: Vec<_> = rows.iter().map(|row| row.line).collect();
        assert_eq!(
            (&*lines, settled.len()),
            (sent, 6 - sent.len()),
            "{policy:?}"
        );
    }
}

/// Nobody is sent without the organization that was asked for.
#[test]
fn an_external_id_that_was_not_looked_up_is_not_sent() {
    let file = "external_id,organization.external_id,organization.name\n1,A-1,\n2,,Birch\n3,A-1,Birch\n4,\\N,\n";
    let scan = read(file, ScanOptions::default()).unwrap();
    let (rows, settled) = items(scan);
    let codes: Vec<_> = settled
        .iter()
        .map(|one| {
            (
                one.line,
                one.status,
                one.error.as_ref().unwrap().code.clone(),
            )
        })
        .collect();
    assert_eq!(codes.len(), 2, "{codes:?}");
    assert!(codes.iter().all(
        |(_, status, code)| *status == Status::Invalid && code == "organization_not_looked_up"
    ));
    let sent: Vec<String> = rows
        .iter()
        .map(|row| serde_json::to_string(&row.user.organization).unwrap())
        .collect();
    assert_eq!(sent, [r#"{"name":"Birch"}"#, "null"]);
}

#[test]
fn the_plan_counts_what_would_be_overwritten() {
    let file = "external_id,email,tags,suspended,role,notes\n\
        1,ann@b.example,vip,,,\n2,bob@b.example,,true,end-user,\\N\n3,,,,,\n4,,,false,,x\n";
    let options = ScanOptions {
        email_change: EmailChange::Primary,
        ..ScanOptions::default()
    };
    let plan = read(file, options.clone()).unwrap().plan().clone();
    let over = plan.overwrites;
    assert_eq!((over.emails, over.tags, over.suspended), (2, 1, 2));
    assert_eq!((over.roles, over.cleared), (1, 1));
    assert_eq!(plan.email_change, EmailChange::Primary);
    // Who is found by the address has it.
    let by_email = ScanOptions {
        match_by: zd_import::Match::Email,
        on_invalid: OnInvalid::Skip,
        ..options
    };
    assert_eq!(read(file, by_email).unwrap().plan().overwrites.emails, 0);
}
