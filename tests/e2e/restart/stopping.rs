//! The bot told to stop, and a second one started beside it.

use std::time::Duration;

use fake_discord::rest::faults::{Fault, Which};

use crate::night::{Bot, everything_in, night};

#[tokio::test]
async fn whoever_asked_just_before_the_bot_is_told_to_stop_still_gets_an_answer() {
    const CALLBACK: &str = "/interactions/{interaction_id}/{interaction_token}/callback";
    night(async |night| {
        // The bot says at once that it thinks, and hears a second later that this was taken: only then can it answer.
        let faults = &night.discord.rest().faults;
        faults.arm(
            Which::route("POST", CALLBACK),
            1,
            Fault::Delay(Duration::from_secs(1)),
        );
        let asked = night
            .member("max")
            .runs_command("mod-log", "case list", &[])
            .unwrap();
        let id = asked.id.to_string();
        let record = &night.discord.rest().record;
        record.wait_for(|request| request.path.contains(&id)).await;
        night.stops_bot().await;
        let answer = everything_in(&night.answered(&asked).await);
        assert!(answer.contains("No case"), "{answer}");
        night.starts_bot().await;
    })
    .await;
}

#[tokio::test]
async fn a_second_bot_on_the_same_database_says_so_and_ends_and_the_first_one_goes_on() {
    night(async |night| {
        let log = night.folder().join("second.log");
        let second = Bot::start(&night.discord, &night.database(), &log, &[]);
        let status = second.ends().await;
        assert_eq!(status.code(), Some(2));
        let said = std::fs::read_to_string(&log).expect("its log");
        assert!(said.contains("another Nightdesk is running on it"), "{said}");
        assert!(said.contains("DATABASE_URL"), "{said}");
        let list = night
            .member("sam")
            .runs_command("staff", "ticket list", &[])
            .unwrap();
        night.answered(&list).await;
    })
    .await;
}
