//! What a row costs on its way: checked, made into a request, and found in its job's results.
//!
//! `cargo bench -p zd-import`

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use serde_json::{Value, json};
use zd_import::{FileSource, Input, RowSource as _, Scan, ScanOptions, SourceItem, correlate};
use zd_model::{JobResult, UserInput};
use zd_users::Endpoint as _;
use zd_users::endpoints::{CreateOrUpdateMany, WrittenUser};

/// Some batches, so that reading blocks and beginning count for little.
const ROWS: usize = 1_000;
const BATCH: usize = 100;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("row");
    group.throughput(Throughput::Elements(ROWS as u64));
    let file = people();
    group.bench_function("checked", |bencher| {
        bencher.iter_batched(
            || file.clone(),
            |file| assert_eq!(scan(file).plan().invalid, 0),
            BatchSize::SmallInput,
        );
    });
    let mut source = scan(file).into_source().expect("every row is sound");
    group.bench_function("made into a request", |bencher| {
        bencher.iter(|| {
            source.rewind().expect("bytes in memory stay");
            while let Some(body) = next_body(&mut source) {
                black_box(body);
            }
        });
    });
    let users = users(&mut source);
    let results = results(&users);
    group.throughput(Throughput::Elements(users.len() as u64));
    group.bench_function("found in its job's results", |bencher| {
        bencher.iter(|| black_box(correlate(&users, &results)));
    });
    group.finish();
    criterion.final_summary();
}

/// People as the generator of test files makes them: most cells are blank.
fn people() -> String {
    let mut file = "external_id,email,name,phone,organization.name,role,locale,tags,details,notes,\
        user_fields.nickname,user_fields.crm_id,user_fields.seats:integer,user_fields.newsletter:boolean\n"
        .to_owned();
    for row in 0..ROWS {
        let organization = if row % 2 == 0 { "\"Alder, Inc.\"" } else { "" };
        writeln!(
            file,
            "{row:09},person{row}@mail.example,Zoë Example {row},+1 555 {row:07},{organization},end-user,,\"new,vip\",,,,\
             CRM-{row:06},{},yes",
            row % 40,
        )
        .expect("memory takes what is written");
    }
    file
}

fn scan(file: String) -> Scan {
    let input = Input::from_bytes("people", file).expect("a file of people");
    Scan::read(input, ScanOptions::default()).expect("a file of people")
}

fn next_user(source: &mut FileSource) -> Option<Box<UserInput>> {
    match source.next_row().expect("bytes in memory stay")? {
        SourceItem::Row(row) => Some(row.user),
        SourceItem::Settled(outcome) => panic!("not sound: {outcome:?}"),
    }
}

/// The body of the next request, none at the end.
fn next_body(source: &mut FileSource) -> Option<bytes::Bytes> {
    let users = std::iter::from_fn(|| next_user(source));
    let written: Vec<WrittenUser> = users
        .take(BATCH)
        .map(|user| WrittenUser::new(&user))
        .collect();
    let request = CreateOrUpdateMany::written(&written).build().ok()?;
    Some(request.into_body())
}

fn users(source: &mut FileSource) -> Vec<UserInput> {
    source.rewind().expect("bytes in memory stay");
    let users = std::iter::from_fn(|| next_user(source));
    users.take(BATCH).map(|user| *user).collect()
}

/// What the job that these users were sent in says of them.
fn results(users: &[UserInput]) -> Vec<JobResult> {
    let of = |(number, user): (usize, &UserInput)| json!({"id": 9_000_000 + number, "status": "Created", "email": user.email, "external_id": user.external_id});
    let results: Vec<Value> = users.iter().enumerate().map(of).collect();
    serde_json::from_value(results.into()).expect("results of a job")
}
