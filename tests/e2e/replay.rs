//! A crowd talking at full speed: nothing is missed and nobody is wronged. `benches/replay.rs` plays the same on a larger
//! scale and measures it.

#[path = "replay/crowd.rs"]
pub mod crowd;

use std::time::Duration;

use crowd::Crowd;

use crate::night::night_in;

#[tokio::test]
async fn in_five_thousand_messages_at_full_speed_every_scam_is_removed_and_nothing_else() {
    let crowd = Crowd {
        messages: 5000,
        members: 500,
        channels: 20,
    };
    night_in(crowd.world(), async |night| {
        night.sets_up().await;
        let said = crowd.talks(&night.discord, |_| {}).await;
        let gone = said.until_gone(&night.discord, Duration::from_mins(3)).await;
        assert_eq!(gone.len(), 50);
        night.until_idle().await;
        assert_eq!(said.wronged(&night.discord), [] as [String; 0]);
        night.discord.mark_all_read();
    })
    .await;
}
