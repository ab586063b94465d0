//! Faults on demand: what a test asks to go wrong with a REST request, and the gates at which it can hold one.
//!
//! A fault names the requests it strikes (a route, every write, the k-th request) and what happens to them. Nothing
//! here knows the routes or the world; the service asks [`Faults::strike`] once for each request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::error::Refusal;
use super::limits::Limited;
use crate::ids::Id;

/// Which requests a fault strikes. All conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct Which {
    method: Option<String>,
    route: Option<String>,
    resource: Option<String>,
    writes_only: bool,
    skip: u64,
    number: Option<u64>,
}

impl Which {
    /// Every request.
    pub fn any() -> Self {
        Self::default()
    }

    /// Every request that may change something, that is, everything but `GET`.
    pub fn writes() -> Self {
        Self {
            writes_only: true,
            ..Self::default()
        }
    }

    /// The requests of one route, the path written as Discord documents it (`/channels/{channel_id}/messages`).
    pub fn route(method: &str, route: &str) -> Self {
        Self {
            method: Some(method.to_owned()),
            route: Some(route.to_owned()),
            ..Self::default()
        }
    }

    /// Only those about the channel, guild or webhook with this id.
    #[must_use]
    pub fn about(mut self, resource: Id) -> Self {
        self.resource = Some(resource.to_string());
        self
    }

    /// The request with this number, counted over the whole life of the fake from 1
    /// (see [`Recorded::number`](super::record::Recorded::number)).
    pub fn number(number: u64) -> Self {
        Self {
            number: Some(number),
            ..Self::default()
        }
    }

    /// Lets the first `count` matching requests pass unharmed.
    #[must_use]
    pub fn after(mut self, count: u64) -> Self {
        self.skip = count;
        self
    }

    fn covers(&self, number: u64, method: &str, route: &str, resource: &str) -> bool {
        self.number.is_none_or(|wanted| wanted == number)
            && self.method.as_deref().is_none_or(|wanted| wanted == method)
            && self.route.as_deref().is_none_or(|wanted| wanted == route)
            && self.resource.as_deref().is_none_or(|wanted| wanted == resource)
            && !(self.writes_only && method == "GET")
    }
}

/// What happens to a request that is struck.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answered with this refusal, the world untouched.
    Refuse(Refusal),
    /// Answered with this status and a page that is not Discord's, as something in between does; the world untouched.
    Page(u16),
    /// Answered with this 429, the world untouched.
    Limit(Limited),
    /// Never applied and never answered; the connection stays open until the client gives up.
    Hang,
    /// Never applied; the connection is closed.
    Drop,
    /// Applied; the connection is closed instead of an answer.
    DropAnswer,
    /// Applied and never answered; the connection stays open until the client gives up.
    HangAnswer,
    /// Applied and answered after this long.
    Delay(Duration),
    /// Held before it is applied, until the gate says what next.
    HoldBefore(Gate),
    /// Applied, then held before it is answered, until the gate says what next.
    HoldAfter(Gate),
}

/// The armed faults of one fake Discord.
#[derive(Debug, Default)]
pub struct Faults {
    armed: Mutex<Vec<Armed>>,
    next_id: AtomicU64,
}

#[derive(Debug)]
struct Armed {
    id: u64,
    which: Which,
    fault: Fault,
    left: u64,
}

impl Faults {
    /// Arms a fault for the next `times` matching requests.
    pub fn arm(&self, which: Which, times: u64, fault: Fault) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        self.lock().push(Armed {
            id,
            which,
            fault,
            left: times,
        });
    }

    /// The next `times` calls of a route fail with this status and JSON error code.
    pub fn fail(&self, method: &str, route: &str, times: u64, status: u16, code: u32) {
        let refusal = Refusal::new(status, code, format!("{status}: asked for by the test"));
        self.arm(Which::route(method, route), times, Fault::Refuse(refusal));
    }

    /// Holds the next matching request after it was received and before it is applied.
    pub fn hold_before_applying(&self, which: Which) -> Hold {
        let (gate, hold) = gate();
        self.arm(which, 1, Fault::HoldBefore(gate));
        hold
    }

    /// Holds the next matching request after it was applied and before it is answered.
    pub fn hold_before_answering(&self, which: Which) -> Hold {
        let (gate, hold) = gate();
        self.arm(which, 1, Fault::HoldAfter(gate));
        hold
    }

    /// Disarms everything. Requests already held stay held.
    pub fn disarm(&self) {
        self.lock().clear();
    }

    /// The fault for one request, the earliest armed first; uses it up. `resource`: what [`top_level_resource`](super::table::top_level_resource)
    /// says of it.
    pub fn strike(&self, number: u64, method: &str, route: &str, resource: &str) -> Option<Fault> {
        let mut armed = self.lock();
        let mut struck = None;
        for fault in armed
            .iter_mut()
            .filter(|fault| fault.which.covers(number, method, route, resource))
        {
            if fault.which.skip > 0 {
                fault.which.skip -= 1;
            } else if struck.is_none() && fault.left > 0 {
                fault.left -= 1;
                struck = Some((fault.id, fault.fault.clone()));
            }
        }
        armed.retain(|fault| fault.left > 0);
        struck.map(|(_, fault)| fault)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a held request is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// Go on as if nothing had happened.
    Proceed,
    /// Close the connection; a request held before it was applied never is.
    Abandon,
}

#[derive(Clone, Copy, Debug, Default)]
struct GateState {
    arrived: Option<u64>,
    onward: Option<Onward>,
}

/// The service's side of a held request.
#[derive(Clone, Debug)]
pub struct Gate {
    state: Arc<watch::Sender<GateState>>,
}

/// The test's side of a held request. Dropping it abandons the request.
#[derive(Debug)]
pub struct Hold {
    state: Arc<watch::Sender<GateState>>,
}

fn gate() -> (Gate, Hold) {
    let state = Arc::new(watch::Sender::new(GateState::default()));
    (
        Gate {
            state: Arc::clone(&state),
        },
        Hold { state },
    )
}

impl Gate {
    /// Reports the arrival of request `number` and waits for the decision.
    pub async fn wait(&self, number: u64) -> Onward {
        self.state.send_modify(|state| state.arrived = Some(number));
        let mut seen = self.state.subscribe();
        match seen.wait_for(|state| state.onward.is_some()).await {
            Ok(state) => state.onward.unwrap_or(Onward::Abandon),
            Err(_) => Onward::Abandon,
        }
    }
}

impl Hold {
    /// Waits until a request stands at the gate and gives its number.
    pub async fn reached(&self) -> u64 {
        let mut seen = self.state.subscribe();
        match seen.wait_for(|state| state.arrived.is_some()).await {
            Ok(state) => state.arrived.unwrap_or_default(),
            // Unreachable in practice: `self` owns a sender, so the channel stays open.
            Err(_) => std::future::pending().await,
        }
    }

    /// The number of the request at the gate, when there is one.
    pub fn arrived(&self) -> Option<u64> {
        self.state.borrow().arrived
    }

    /// Lets the request go on.
    pub fn release(self) {
        self.decide(Onward::Proceed);
    }

    /// Closes its connection; what was not applied never is.
    pub fn abandon(self) {
        self.decide(Onward::Abandon);
    }

    fn decide(&self, onward: Onward) {
        self.state.send_modify(|state| {
            state.onward.get_or_insert(onward);
        });
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.decide(Onward::Abandon);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGES: &str = "/channels/{channel_id}/messages";
    const HERE: &str = "20";

    #[test]
    fn the_next_two_calls_of_a_route_fail_and_the_third_does_not() {
        let faults = Faults::default();
        faults.fail("POST", MESSAGES, 2, 503, 0);
        assert!(faults.strike(1, "GET", MESSAGES, HERE).is_none());
        assert!(
            matches!(faults.strike(2, "POST", MESSAGES, HERE), Some(Fault::Refuse(refusal)) if refusal.status == 503)
        );
        assert!(faults.strike(3, "POST", MESSAGES, HERE).is_some());
        assert!(faults.strike(4, "POST", MESSAGES, HERE).is_none());
    }

    #[test]
    fn a_fault_can_wait_for_the_third_write() {
        let faults = Faults::default();
        faults.arm(Which::writes().after(2), 1, Fault::Drop);
        for (number, method) in [(1, "POST"), (2, "GET"), (3, "PUT")] {
            assert!(faults.strike(number, method, MESSAGES, HERE).is_none());
        }
        assert!(matches!(
            faults.strike(4, "DELETE", MESSAGES, HERE),
            Some(Fault::Drop)
        ));
    }

    #[test]
    fn a_fault_can_be_about_one_channel() {
        let faults = Faults::default();
        faults.arm(Which::route("POST", MESSAGES).about(Id(20)), 1, Fault::Drop);
        assert!(faults.strike(1, "POST", MESSAGES, "21").is_none());
        assert!(faults.strike(2, "POST", MESSAGES, HERE).is_some());
    }

    #[tokio::test]
    async fn a_held_request_waits_for_its_release() {
        let faults = Faults::default();
        let hold = faults.hold_before_applying(Which::any());
        let Some(Fault::HoldBefore(gate)) = faults.strike(7, "POST", MESSAGES, HERE) else {
            panic!("a hold was armed")
        };
        let waiting = tokio::spawn(async move { gate.wait(7).await });
        assert_eq!(hold.reached().await, 7);
        hold.release();
        assert_eq!(waiting.await.expect("the task ends"), Onward::Proceed);
    }

    #[tokio::test]
    async fn a_forgotten_hold_abandons_its_request() {
        let faults = Faults::default();
        let hold = faults.hold_before_answering(Which::any());
        let Some(Fault::HoldAfter(gate)) = faults.strike(1, "POST", MESSAGES, HERE) else {
            panic!("a hold was armed")
        };
        drop(hold);
        assert_eq!(gate.wait(1).await, Onward::Abandon);
    }
}
