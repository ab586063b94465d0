//! Looking for copies that the bot does not remember: what Discord's search brings, page by page.

use fake_discord::world::{Message, MessageKind};

use crate::campaigns::raider;
use crate::night::night;

/// Unknown, and no more.
const LINK: &str = "https://bluefinch-notes.example/in";
/// More than two pages of Discord's search.
const COPIES: usize = 60;

#[tokio::test]
async fn copies_on_every_page_of_the_search_are_removed_while_the_first_ones_go() {
    night(async |night| {
        let mut early: Vec<Message> = (0..COPIES)
            .map(|number| {
                let place = ["general", "trading", "lounge"][number % 3];
                raider(night).says(place, LINK).expect("it can be posted")
            })
            .collect();
        // Seen, before the bot forgets it.
        night.runs_setup().await;
        night.stops_bot().await;
        // A note of Discord itself, among the hits of the first page: nobody wrote it, and it stays.
        let note = early.remove(COPIES - 10);
        night
            .discord
            .state()
            .messages
            .get_mut(&note.id)
            .expect("it was posted")
            .kind = MessageKind::CHANNEL_NAME_CHANGE;
        night.starts_bot().await;

        let scam = format!("Connect your wallet to claim the airdrop before it ends: {LINK}");
        let verdict = raider(night).says("general", &scam).unwrap();
        night.discord.until_deleted(&verdict).await;
        let card = night.review_card().await;
        for copy in &early {
            night.discord.until_deleted(copy).await;
        }
        night
            .until_message(card.id, "the card to count all of them", |words| {
                words.contains(&format!("{COPIES} copies"))
            })
            .await;
        night.until_idle().await;
        assert!(night.discord.message(&note).deleted_at.is_none());
        assert_eq!(night.discord.messages_in("mod-log").len(), 1, "one card");
        night.discord.mark_all_read();
    })
    .await;
}
