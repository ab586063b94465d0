//! The binary as anybody would start it: in a folder with the rules, told a token, a base URL and a database, and no more.

use fake_discord::world::World;

use crate::night::{Bot, HARMLESS, SCAM, everything_in, night_around};
use crate::tickets::opens_a_ticket;

#[cfg(unix)]
#[tokio::test]
async fn told_a_token_an_address_and_a_database_it_removes_scams_and_opens_tickets() {
    night_around(World::community(), async |night| {
        let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        std::os::unix::fs::symlink(rules, night.folder().join("rules")).expect("the rules can be linked");
        night.bot = Some(Bot::start_told(
            &night.discord,
            &night.database(),
            &night.log(),
            &[],
        ));
        night.until_on_duty().await;
        night.sets_up().await;

        let stays = night.member("bob").says("general", HARMLESS).unwrap();
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        assert!(night.discord.message(&stays).deleted_at.is_none());

        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        let welcome = everything_in(&night.discord.next_message_in(thread).await);
        assert!(welcome.contains("What happens next"), "{welcome}");
        night.discord.next_message_in("staff").await;
    })
    .await;
}
