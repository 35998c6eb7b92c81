use bytes::Bytes;
use zd_import::{Cancel, EngineOptions, Import, Outcome, Row, Status};
use zd_model::UserInput;
use zd_sandbox::Sandbox;
use zd_users::Client;

fn rows(count: u64) -> Vec<Row> {
    (0..count)
        .map(|number| {
            let user = UserInput {
                external_id: format!("new-{number}").as_str().into(),
                email: Some(format!("new{number}@people.example")),
                name: Some(format!("Person {number}")),
                ..UserInput::default()
            };
            Row::new(
                number,
                number + 2,
                user,
                Bytes::from(format!("raw {number}")),
            )
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn rows_go_in_and_outcomes_come_out() {
    let sandbox = Sandbox::builder().build();
    let client = Client::with_transport("http://127.0.0.1".parse().unwrap(), sandbox.transport());
    let mut outcomes: Vec<Outcome> = Vec::new();
    let report = Import::new(client)
        .options(EngineOptions::default())
        .run(rows(250).into_iter(), &mut outcomes, Cancel::new())
        .await
        .unwrap();
    assert_eq!(report.counts.created, 250, "{report:?}");
    assert_eq!(outcomes.len(), 250);
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.status == Status::Created)
    );
}
