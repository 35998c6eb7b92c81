use super::*;

/// An account whose minute ends at 7 s, 67 s … of the import's time, with others.
struct Account {
    limit: u64,
    used: f64,
    minute: i64,
    /// Requests a second.
    others: f64,
    seen: f64,
    refused: u32,
}

impl Account {
    fn new(limit: u64) -> Self {
        Self {
            limit,
            used: 0.0,
            minute: 0,
            others: 0.0,
            seen: 0.0,
            refused: 0,
        }
    }

    fn pass(&mut self, second: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "minutes")]
        let minute = ((second + 53.0) / 60.0).floor() as i64;
        if minute != self.minute {
            self.minute = minute;
            self.used = 0.0;
            self.seen = self.seen.max(minute as f64 * 60.0 - 53.0);
        }
        self.used += self.others * (second - self.seen).max(0.0);
        self.seen = second;
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "requests and seconds of a minute"
    )]
    fn answer(&mut self, second: f64) -> Budget {
        self.pass(second);
        self.used += 1.0;
        if self.used > self.limit as f64 {
            self.refused += 1;
        }
        let mut budget = Budget::default();
        budget.limit = Some(self.limit);
        budget.remaining = Some((self.limit as f64 - self.used).max(0.0) as u64);
        budget.reset = Some(60 - ((second + 53.0).floor() as i64).rem_euclid(60) as u64);
        budget
    }
}

/// Sends whenever it may, for so long, with so many to send; gives how many went out in each minute of the account.
fn send(
    window: &mut Window,
    account: &mut Account,
    seconds: f64,
    busy: impl Fn(f64) -> f64,
) -> Vec<u32> {
    let mut pacer = super::super::pacer::Pacer::default();
    let (mut now, mut sent) = (Now::ZERO, Vec::new());
    while now.as_secs_f64() < seconds {
        account.others = busy(now.as_secs_f64());
        let opens = match window.allowance(now, f64::INFINITY, Headroom::default()) {
            Allowance::Ample => now,
            Allowance::Rate(rate) => pacer.opens_at(rate, now),
            Allowance::Shut(until) => until,
        };
        if opens > now {
            now = opens.min(now + Now::from_secs(1));
            continue;
        }
        pacer.take();
        let number = window.leaves();
        let there = now + Now::from_millis(50);
        let budget = account.answer(there.as_secs_f64());
        let minute = usize::try_from(account.minute).unwrap();
        sent.resize(sent.len().max(minute + 1), 0);
        sent[minute] += 1;
        let back = there + Now::from_millis(50);
        window.arrives(number, now, Some(budget), None, back);
        now = back;
    }
    sent
}

#[test]
fn the_whole_minute_is_used_and_no_more() {
    for limit in [10, 60, 200, 400] {
        let (mut window, mut account) = (Window::default(), Account::new(limit));
        let sent = send(&mut window, &mut account, 420.0, |_| 0.0);
        assert_eq!(account.refused, 0, "{limit}");
        for sent in &sent[2..6] {
            let least = limit - limit / 100 - 3;
            assert!(u64::from(*sent) >= least, "{limit}: {sent}");
        }
    }
}

#[test]
fn what_others_take_is_left_to_them_and_the_rest_is_used() {
    let (mut window, mut account) = (Window::default(), Account::new(400));
    let busy = |second: f64| if second % 120.0 < 60.0 { 5.0 } else { 1.0 };
    let sent = send(&mut window, &mut account, 1_000.0, busy);
    assert_eq!(account.refused, 0);
    let sum: u32 = sent[2..14].iter().sum();
    let left = 12 * (400 - 180);
    assert!(sum > left * 94 / 100, "{sum} of {left}: {sent:?}");
}

#[test]
fn the_end_of_a_minute_is_narrowed_down_and_stays_right() {
    let (mut window, mut account) = (Window::default(), Account::new(200));
    send(&mut window, &mut account, 400.0, |_| 0.0);
    window.roll(Now::from_secs(400));
    let (earliest, latest) = window.end.unwrap();
    assert!(earliest <= 427.0 && 427.0 <= latest, "{earliest} {latest}");
    assert!(latest - earliest < 0.3, "{earliest} {latest}");
}

#[test]
fn a_minute_without_a_reset_is_the_clocks() {
    let mut window = Window::default();
    let number = window.leaves();
    let mut budget = Budget::default();
    (budget.limit, budget.remaining) = (Some(10), Some(0));
    // 13 seconds before the end of a minute.
    let date = 1_796_000_040 + 47;
    let now = Now::from_secs(5);
    window.arrives(number, now, Some(budget), Some(date), now);
    let shut = window.allowance(now, 9.0, Headroom::default());
    let Allowance::Shut(until) = shut else {
        panic!("{shut:?}");
    };
    assert_eq!(until.as_secs(), 18);
    let next = window.allowance(until, 9.0, Headroom::default());
    assert!(matches!(next, Allowance::Rate(_)), "{next:?}");
}

#[test]
fn nothing_is_known_and_nothing_is_held_back() {
    let mut window = Window::default();
    let number = window.leaves();
    window.arrives(number, Now::ZERO, None, None, Now::ZERO);
    let allowance = window.allowance(Now::ZERO, f64::INFINITY, Headroom::default());
    assert_eq!(allowance, Allowance::Ample);
}

#[test]
fn however_wrong_the_numbers_are_it_goes_on() {
    let mut window = Window::default();
    let mut chance = fastrand::Rng::with_seed(7);
    let mut now = Now::ZERO;
    for _ in 0..20_000 {
        let number = window.leaves();
        let mut any = |most| match chance.u8(..16) {
            0 => None,
            1 => Some(u64::MAX),
            _ => Some(chance.u64(..most)),
        };
        let mut budget = Budget::default();
        (budget.limit, budget.remaining, budget.reset) = (any(1_000), any(2_000), any(90));
        let sent = now;
        now += Now::from_millis(chance.u64(..500));
        if chance.u8(..9) > 0 {
            window.arrives(number, sent, Some(budget), None, now);
        }
        match window.allowance(now, f64::INFINITY, Headroom::Requests(7)) {
            Allowance::Shut(until) => {
                assert!(until <= now + Now::from_secs(151), "{until:?} {now:?}")
            }
            Allowance::Rate(rate) => assert!(rate > 0.0 || window.limit() == Some(0.0), "{rate}"),
            Allowance::Ample => {}
        }
    }
}

#[test]
fn after_a_burst_of_others_it_soon_goes_on_as_before() {
    let (mut window, mut account) = (Window::default(), Account::new(700));
    // Five hundred within half a second.
    let busy = |second: f64| {
        if (100.0..100.5).contains(&second) {
            1_000.0
        } else {
            0.0
        }
    };
    let sent = send(&mut window, &mut account, 300.0, busy);
    assert!(sent[3] > 500, "{sent:?}");
    assert!(sent[4] > 500, "{sent:?}");
}

#[test]
fn after_requests_without_answers_it_asks_again() {
    let mut window = Window::default();
    let number = window.leaves();
    let mut budget = Budget::default();
    (budget.limit, budget.remaining, budget.reset) = (Some(10), Some(9), Some(60));
    window.arrives(number, Now::ZERO, Some(budget), None, Now::ZERO);
    for second in 0..50 {
        let number = window.leaves();
        let now = Now::from_secs(second);
        window.arrives(number, now, None, None, now);
    }
    let Allowance::Shut(until) = window.allowance(Now::from_secs(50), 99.0, Headroom::default())
    else {
        panic!("as many may have been counted as there are");
    };
    let next = window.allowance(until, 99.0, Headroom::default());
    assert!(matches!(next, Allowance::Rate(_)), "{next:?}");
}

#[test]
fn requests_that_leave_at_once_are_not_taken_for_those_of_others() {
    let mut window = Window::default();
    let numbers: Vec<u64> = (0..30).map(|_| window.leaves()).collect();
    // The last to leave is counted second: its answer is short of all the others.
    let counted = |number: u64| match number {
        1 => 1,
        2 => 30,
        later => later - 1,
    };
    for number in numbers {
        let mut budget = Budget::default();
        budget.limit = Some(700);
        budget.remaining = Some(700 - counted(number));
        budget.reset = Some(40);
        let now = Now::from_millis(100 + number);
        window.arrives(number, Now::ZERO, Some(budget), None, now);
        let ours = window.ours(now, Headroom::default()).unwrap();
        assert!(ours > 11.0, "{number}: {ours}");
    }
}
