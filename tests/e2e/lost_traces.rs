//! An answer is lost, and Discord goes down before anybody can look whether it was carried out: once it is back, what was
//! done is found, what was not done is done, and nothing is there twice.

use fake_discord::rest::error::Refusal;
use fake_discord::rest::faults::{Fault, Which};
use fake_discord::rest::limits::{Limited, Scope};

use crate::failures::ends_of;
use crate::night::{Night, SCAM, everything_in, night};

const MESSAGES: &str = "/channels/{channel_id}/messages";
/// How often one attempt looks.
const LOOKS: usize = 4;

/// How often Discord was asked to send, and to show, messages of the mod log.
fn asked(night: &Night) -> (usize, usize) {
    let place = format!("/channels/{}/messages", night.discord.channel("mod-log").id);
    let mut all = night.discord.rest().record.all();
    all.retain(|request| request.path.contains(&place));
    let count = |method| all.iter().filter(|request| request.method == method).count();
    (count("POST"), count("GET"))
}

/// A scam whose card meets `lost`, after which messages cannot be read for `times` looks.
async fn goes_down_at_the_card(night: &Night, lost: Fault, (times, blind): (usize, Fault)) {
    let faults = &night.discord.rest().faults;
    // The first message is for the author, the second one is the card.
    faults.arm(Which::route("POST", MESSAGES).after(1), 1, lost);
    faults.arm(Which::route("GET", MESSAGES), times as u64, blind);
    night.member("mallory").says("general", SCAM).unwrap();
    night.dm_to("mallory").await;
    let card = night.review_card().await;
    assert!(everything_in(&card).contains("claim-airdrop"));
    let ends = ends_of(night, "post-review-card").await;
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0].0, "done");
    assert!(ends[0].1 > 0, "it was to be looked up in a later attempt");
    assert_eq!(night.discord.messages_in("mod-log").len(), 1);
}

fn unavailable() -> Fault {
    Fault::Refuse(Refusal::new(503, 0, "Service Unavailable"))
}

#[tokio::test]
async fn a_card_whose_answer_was_lost_is_found_once_discord_is_back_however_long_nobody_could_look() {
    night(async |night| {
        goes_down_at_the_card(night, Fault::DropAnswer, (LOOKS + 1, unavailable())).await;
        let (sent, looked) = asked(night);
        assert_eq!(sent, 1, "it was there: it is not sent again");
        assert!(looked > LOOKS, "{looked} looks");
    })
    .await;
}

#[tokio::test]
async fn a_card_that_never_arrived_is_sent_once_discord_is_back_however_long_nobody_could_look() {
    night(async |night| {
        goes_down_at_the_card(night, Fault::Drop, (LOOKS + 1, unavailable())).await;
        let (sent, looked) = asked(night);
        assert_eq!(sent, 2, "the first one never arrived");
        assert!(looked > LOOKS, "{looked} looks");
    })
    .await;
}

#[tokio::test]
async fn a_look_that_is_limited_waits_and_is_no_reason_to_ask_a_person() {
    night(async |night| {
        let limited = Limited {
            scope: Scope::User,
            retry_after_ms: 300,
            with_code: true,
        };
        goes_down_at_the_card(night, Fault::DropAnswer, (2, Fault::Limit(limited))).await;
        assert_eq!(asked(night), (1, 3), "limited twice, and then found");
    })
    .await;
}
