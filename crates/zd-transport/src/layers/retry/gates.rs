//! Gates that a refusal closes for others than the refused request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::ThrottleKind;

/// Until when nobody sends: at all, or a certain operation.
#[derive(Debug, Default)]
pub(super) struct Gates(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    client: Option<Instant>,
    operations: HashMap<&'static str, Instant>,
}

impl Gates {
    /// Closes what the refusal concerns. One user's limit and the job slots concern the refused request only.
    pub(super) fn close(
        &self,
        kind: ThrottleKind,
        operation: Option<&'static str>,
        until: Instant,
    ) {
        let mut state = self.state();
        match (kind, operation) {
            (ThrottleKind::Account | ThrottleKind::Unknown, _) => {
                state.client = state.client.max(Some(until));
            }
            (ThrottleKind::Endpoint, Some(operation)) => {
                let gate = state.operations.entry(operation).or_insert(until);
                *gate = (*gate).max(until);
            }
            _ => {}
        }
    }

    /// When the gate in front of this operation opens, if it is closed now.
    pub(super) fn closed_until(
        &self,
        operation: Option<&'static str>,
        now: Instant,
    ) -> Option<Instant> {
        let mut state = self.state();
        state.client = state.client.filter(|until| *until > now);
        state.operations.retain(|_, until| *until > now);
        let operation = operation.and_then(|name| state.operations.get(name).copied());
        state.client.max(operation)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_kind_closes_what_it_concerns() {
        let now = Instant::now();
        let until = now + Duration::from_secs(9);
        let closed = |kind| {
            let gates = Gates::default();
            gates.close(kind, Some("search"), until);
            ["search", "show"].map(|operation| gates.closed_until(Some(operation), now).is_some())
        };
        assert_eq!(closed(ThrottleKind::Account), [true, true]);
        assert_eq!(closed(ThrottleKind::Unknown), [true, true]);
        assert_eq!(closed(ThrottleKind::Endpoint), [true, false]);
        assert_eq!(closed(ThrottleKind::User), [false, false]);
        assert_eq!(closed(ThrottleKind::JobSlots), [false, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_later_end_wins_and_the_end_opens() {
        let gates = Gates::default();
        let now = Instant::now();
        let later = now + Duration::from_secs(9);
        gates.close(ThrottleKind::Account, None, later);
        gates.close(ThrottleKind::Account, None, now + Duration::from_secs(1));
        assert_eq!(gates.closed_until(None, now), Some(later));
        assert_eq!(gates.closed_until(None, later), None);
    }
}
