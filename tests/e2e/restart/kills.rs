//! The kill matrix: one course of events, and the bot killed at every write (or every request) it sends on the way, on either
//! side of it.

use fake_discord::rest::faults::Which;
use fake_discord::world::World;

use crate::night::{Night, OwnRules, night_around};

/// More writes than any course of events sends.
const FAR_TOO_MANY: u64 = 40;

/// Which side of a request the bot does not live to see.
#[derive(Clone, Copy, Debug)]
enum Side {
    /// Discord has received it and not carried it out.
    NotApplied,
    /// Discord has carried it out and not answered.
    NotAnswered,
}

/// Something that people do and the bot has to bring to its end, once.
pub trait Course: Sized {
    /// Where it happens.
    fn world() -> World {
        World::community()
    }

    /// The rules that the bot reads at each of its starts.
    fn rules() -> OwnRules {
        OwnRules::few()
    }

    /// What goes before, undisturbed.
    async fn begins(night: &Night) -> Self;

    /// What people do. It may be cut off at any point, and is then never resumed.
    async fn happens(&self, night: &Night);

    /// What people do once the bot is back: whoever was left without an answer tries again.
    async fn goes_on(&self, night: &Night);

    /// What everybody sees in the end. Fails unless everything is there, once.
    async fn ends(&self, night: &Night);
}

/// Kills the bot at every write of a course, on either side. Answers how many writes there were.
pub async fn survives_a_kill_at_every_write<C: Course>() -> u64 {
    survives_a_kill_at_each::<C>(&Which::writes()).await
}

/// The same at whatever the bot asks for, for a course that reads between its writes.
pub async fn survives_a_kill_at_every_request<C: Course>() -> u64 {
    survives_a_kill_at_each::<C>(&Which::any()).await
}

async fn survives_a_kill_at_each<C: Course>(which: &Which) -> u64 {
    let mut requests = FAR_TOO_MANY;
    for side in [Side::NotApplied, Side::NotAnswered] {
        requests = 0;
        while killed_at::<C>(which.clone().after(requests), side).await {
            requests += 1;
            assert!(requests < FAR_TOO_MANY, "the bot goes on asking for ever");
        }
    }
    println!("{requests} requests, killed before and after each");
    requests
}

/// Discord remembers nonces for some minutes only, and the bot may have been down for longer: what was sent has to be found
/// by its traces. (The bot's clock cannot be moved with Discord's, so the hour is not really let pass.)
fn forget_nonces(night: &Night) {
    for message in night.discord.state().messages.values_mut() {
        message.nonce = None;
    }
}

/// One night with one kill. Answers false when there was no such request and nobody was killed.
async fn killed_at<C: Course>(which: Which, side: Side) -> bool {
    let mut killed = false;
    let rules = C::rules();
    night_around(C::world(), async |night| {
        night.environment.push(rules.setting());
        night.starts_bot().await;
        night.sets_up().await;
        let course = C::begins(night).await;
        night.until_idle().await;

        let faults = &night.discord.rest().faults;
        let hold = match side {
            Side::NotApplied => faults.hold_before_applying(which),
            Side::NotAnswered => faults.hold_before_answering(which),
        };
        let undisturbed = async {
            course.happens(night).await;
            night.until_idle().await;
        };
        let number = tokio::select! {
            biased;
            number = hold.reached() => Some(number),
            () = undisturbed => hold.arrived(),
        };
        if let Some(number) = number {
            killed = true;
            let requests = night.discord.rest().record.all();
            let request = requests.into_iter().find(|request| request.number == number);
            let what = request.map(|request| format!("{} {}", request.method, request.path));
            // Shown with a failure only.
            println!("request {number}, {side:?}: {}", what.unwrap_or_default());
            night.kills_bot().await;
            hold.abandon();
            forget_nonces(night);
            night.starts_bot().await;
            course.goes_on(night).await;
            night.until_idle().await;
        } else {
            night.discord.rest().faults.disarm();
        }
        course.ends(night).await;
        night.discord.mark_all_read();
    })
    .await;
    killed
}
