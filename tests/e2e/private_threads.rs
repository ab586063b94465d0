//! Private threads that members make. Scammers lead their victims into such and call them tickets; the bot's own tickets are
//! another matter: what a victim quotes there is a report.

use crate::night::{HARMLESS, another_scam, everything_in, night};
use crate::tickets::opens_a_ticket;

#[tokio::test]
async fn a_scam_in_a_private_thread_that_a_member_made_is_removed_like_any_other() {
    night(async |night| {
        let mallory = night.member("mallory");
        let thread = mallory.starts_private_thread("support", "ticket-4821").unwrap();
        mallory.adds_to_thread(thread.id, "alice").unwrap();
        let hello = mallory.says(thread.id, HARMLESS).unwrap();
        let scam = mallory.says(thread.id, &another_scam()).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = everything_in(&night.review_card().await);
        assert!(card.contains(&thread.id.to_string()), "{card}");
        night.dm_to("mallory").await;
        assert!(night.discord.message(&hello).deleted_at.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_private_thread_that_a_member_gave_a_scam_for_a_title_is_removed() {
    night(async |night| {
        let title = another_scam().replace("https://", "");
        let thread = night
            .member("mallory")
            .starts_private_thread("support", &format!("validate here {title}"))
            .unwrap();
        night
            .discord
            .wait_for("the thread to be gone", |state| {
                (!state.channels.contains_key(&thread.id)).then_some(())
            })
            .await;
        night.review_card().await;
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn a_scam_that_was_posted_in_a_members_private_thread_while_the_bot_was_down_is_removed() {
    night(async |night| {
        let mallory = night.member("mallory");
        let thread = mallory.starts_private_thread("support", "ticket-4821").unwrap();
        mallory.says(thread.id, HARMLESS).unwrap();
        night.until_idle().await;
        night.kills_bot().await;
        let scam = mallory.says(thread.id, &another_scam()).unwrap();
        night.starts_bot().await;
        night.discord.until_deleted(&scam).await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn what_a_victim_quotes_in_their_ticket_stays() {
    night(async |night| {
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await;
        let quoted = night.member("alice").says(thread.id, &another_scam()).unwrap();
        // What comes behind it is judged after it: a seed phrase is removed in a ticket, too.
        let phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";
        let phrase = night.member("alice").says(thread.id, phrase).unwrap();
        night.discord.until_deleted(&phrase).await;
        night.until_idle().await;
        assert!(night.discord.message(&quoted).deleted_at.is_none());
        night.discord.mark_all_read();
    })
    .await;
}
