//! Nights in which anybody does anything, in an order nobody thought of: open, press, submit, post, delete, leave. However it comes
//! about, every press is answered; in the morning every ticket has its thread and its opener ([`tickets`]), and whatever moderators
//! decided last is what stands in Discord ([`cases`]).
//!
//! What people do is drawn by lot, at the [`desk`] and on the [`watch`] against scams, the same for the same seed. A failure prints
//! all that happened; `NIGHTDESK_SEED=7` plays other nights.

mod asked;
mod breaks;
mod cases;
mod desk;
mod lots;
mod tickets;
mod watch;

use fake_discord::world::World;

use crate::night::{Night, OwnRules, night, night_around};
use breaks::something_breaks;
use desk::Desk;
use lots::Lots;
use watch::Watch;

#[tokio::test]
async fn whatever_people_do_every_press_is_answered_and_every_ticket_has_its_thread() {
    night(async |night| {
        let mut desk = Desk::of(lots("1"), night).await;
        for _ in 0..100 {
            desk.goes_on(night).await;
        }
        desk.asked.all_are_answered().await;
        tickets::look_round(night, &desk).await;
    })
    .await;
}

#[tokio::test]
async fn whatever_breaks_meanwhile_no_ticket_is_lost_and_no_scam_stays() {
    night(async |night| {
        let mut desk = Desk::of(lots("2"), night).await;
        for _ in 0..60 {
            something_breaks(&mut desk.lots, night).await;
            desk.goes_on(night).await;
        }
        night.discord.rest().faults.disarm();
        night.kills_bot().await;
        night.starts_bot().await;
        tickets::look_round(night, &desk).await;
    })
    .await;
}

#[tokio::test]
async fn whatever_moderators_decide_every_case_ends_as_it_was_decided() {
    patient_night(async |night| {
        let mut watch = Watch::of(lots("1"), night);
        for _ in 0..80 {
            watch.goes_on(night).await;
        }
        watch.asked.all_are_answered().await;
        cases::look_through(night, &watch).await;
    })
    .await;
}

#[tokio::test]
async fn whatever_breaks_meanwhile_every_case_ends_as_it_was_decided() {
    patient_night(async |night| {
        let mut watch = Watch::of(lots("2"), night);
        for _ in 0..60 {
            something_breaks(&mut watch.lots, night).await;
            watch.goes_on(night).await;
        }
        night.discord.rest().faults.disarm();
        night.kills_bot().await;
        night.starts_bot().await;
        cases::look_through(night, &watch).await;
    })
    .await;
}

/// A night in which no rule stops by itself, however often moderators find it wrong.
async fn patient_night(test: impl AsyncFnOnce(&mut Night)) {
    let rules = OwnRules::new();
    for (limit, own) in [
        ("members = 20", "members = 90"),
        ("reversals = 5", "reversals = 90"),
        ("of = 10", "of = 90"),
    ] {
        rules.change("policy.toml", limit, own);
    }
    night_around(World::community(), async |night| {
        night.environment.push(rules.setting());
        night.starts_bot().await;
        night.sets_up().await;
        test(night).await;
    })
    .await;
}

fn lots(usual: &str) -> Lots {
    let seed = std::env::var("NIGHTDESK_SEED").unwrap_or_else(|_| usual.to_owned());
    Lots::of(seed.parse().expect("a seed is a whole number"))
}
