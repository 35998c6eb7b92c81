use bytes::Bytes;
use proptest::prelude::*;
use zd_model::UserInput;

use super::*;

fn row(number: u64, group: Option<u32>) -> Row {
    let user = UserInput {
        name: Some("x".repeat(88)),
        ..UserInput::default()
    };
    let mut row = Row::new(number, number, user, Bytes::new());
    row.group = group;
    row
}

fn numbers(batch: &[Pending]) -> Vec<u64> {
    batch.iter().map(|pending| pending.row.number).collect()
}

#[test]
fn full_batches_go_and_a_part_of_one_waits_for_more() {
    let mut planner = Planner::new(2, 10_000);
    planner.offer(row(0, None));
    assert!(
        planner.take_batch(Now::ZERO, true).is_none(),
        "more rows will come"
    );
    planner.offer(row(1, None));
    assert!(!planner.wants_rows());
    assert_eq!(
        numbers(&planner.take_batch(Now::ZERO, true).unwrap()),
        [0, 1]
    );
    planner.offer(row(2, None));
    assert_eq!(numbers(&planner.take_batch(Now::ZERO, false).unwrap()), [2]);
    assert!(planner.is_empty());
}

#[test]
fn a_body_stays_under_its_bound_and_a_row_above_it_goes_alone() {
    // `{"name":"x…"}` is 99 bytes, and a comma.
    let mut planner = Planner::new(100, ENVELOPE_BYTES + 250);
    for number in 0..5 {
        planner.offer(row(number, None));
    }
    let mut sizes = Vec::new();
    while let Some(batch) = planner.take_batch(Now::ZERO, false) {
        sizes.push(numbers(&batch));
    }
    assert_eq!(sizes, [vec![0, 1], vec![2, 3], vec![4]]);
    let mut narrow = Planner::new(100, 50);
    narrow.offer(row(0, None));
    narrow.offer(row(1, None));
    assert_eq!(numbers(&narrow.take_batch(Now::ZERO, true).unwrap()), [0]);
}

#[test]
fn the_rows_of_a_group_go_one_after_the_other() {
    let mut planner = Planner::new(10, 10_000);
    for number in 0..3 {
        planner.offer(row(number, Some(5)));
    }
    for number in 0..3 {
        assert_eq!(
            numbers(&planner.take_batch(Now::ZERO, false).unwrap()),
            [number]
        );
        assert!(planner.take_batch(Now::ZERO, false).is_none());
        planner.release(Some(5), true);
        assert!(planner.is_touched(Some(5)));
    }
    assert!(planner.is_empty());
}

#[test]
fn no_more_rows_are_read_than_may_wait() {
    let mut planner = Planner::new(10, 10_000);
    let mut offered = 0;
    while planner.wants_rows() && offered < 10_000 {
        planner.offer(row(offered, Some(1)));
        offered += 1;
    }
    assert_eq!(offered, 1 + MAX_DEFERRED as u64);
    assert!(
        planner.take_batch(Now::ZERO, true).is_some(),
        "a part is sent rather than nothing"
    );
}

#[test]
fn a_row_to_be_sent_again_waits_its_time_and_keeps_its_group() {
    let mut planner = Planner::new(10, 10_000);
    planner.offer(row(0, Some(1)));
    planner.offer(row(1, Some(1)));
    let mut first = planner.take_batch(Now::ZERO, false).unwrap().remove(0);
    first.not_before = Now::from_secs(5);
    planner.again(first);
    assert!(planner.take_batch(Now::from_secs(4), false).is_none());
    assert_eq!(planner.next_due(), Some(Now::from_secs(5)));
    assert_eq!(
        numbers(&planner.take_batch(Now::from_secs(5), false).unwrap()),
        [0]
    );
}

#[test]
fn a_blocked_group_gives_its_rows_back_and_takes_no_more() {
    let mut planner = Planner::new(10, 10_000);
    for number in 0..3 {
        planner.offer(row(number, Some(1)));
    }
    planner.take_batch(Now::ZERO, false).unwrap();
    assert_eq!(planner.block(Some(1)).len(), 2);
    assert!(matches!(
        planner.offer(row(9, Some(1))),
        Offered::Blocked(_)
    ));
    assert!(planner.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_row_comes_out_once_in_order_within_its_group_and_never_beside_its_own(
        groups in proptest::collection::vec(proptest::option::of(0_u32..4), 1..80),
        batch_rows in 1_usize..7,
        release_after in 1_usize..4,
    ) {
        let mut planner = Planner::new(batch_rows, 10_000);
        let mut source = groups.iter().enumerate();
        let (mut flying, mut seen, mut more) = (VecDeque::<Vec<Pending>>::new(), Vec::new(), true);
        loop {
            while more && planner.wants_rows() {
                match source.next() {
                    Some((number, group)) => { planner.offer(row(number as u64, *group)); }
                    None => more = false,
                }
            }
            if let Some(batch) = planner.take_batch(Now::ZERO, more) {
                let in_flight = flying.iter().flatten().filter_map(|pending| pending.row.group);
                let mut busy: Vec<u32> = in_flight.chain(batch.iter().filter_map(|pending| pending.row.group)).collect();
                let count = busy.len();
                busy.sort_unstable();
                busy.dedup();
                prop_assert_eq!(busy.len(), count, "one group twice in flight");
                prop_assert!(batch.len() <= batch_rows);
                flying.push_back(batch);
            } else if flying.is_empty() && !more {
                break;
            }
            if flying.len() >= release_after || !more {
                for pending in flying.pop_front().into_iter().flatten() {
                    planner.release(pending.row.group, true);
                    seen.push((pending.row.group, pending.row.number));
                }
            }
        }
        prop_assert!(planner.is_empty());
        prop_assert_eq!(seen.len(), groups.len());
        for group in 0..4 {
            let order: Vec<u64> = seen.iter().filter(|(of, _)| *of == Some(group)).map(|(_, number)| *number).collect();
            prop_assert!(order.is_sorted());
        }
    }
}
