//! Setting a guild up, and being told what is missing.

use fake_discord::actors::Given;
use fake_discord::world::{Overwrite, OverwriteKind, World};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::night::{Night, SCAM, button, everything_in, night, night_in};
use crate::tickets::opens_a_ticket;

/// What `/setup check` answers.
async fn setup_check(night: &Night) -> String {
    let check = night
        .member("ava")
        .runs_command("staff", "setup check", &[])
        .unwrap();
    everything_in(&night.answered(&check).await)
}

#[tokio::test]
async fn setup_check_finds_nothing_missing_in_a_well_made_guild() {
    night(async |night| {
        let answer = setup_check(night).await;
        assert!(answer.contains("Nothing is missing."), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn setup_check_says_where_a_team_would_not_hear_that_it_is_called() {
    let world = World::community().overwrite("staff", "lamplighter", &[], &["MENTION_EVERYONE"]);
    night_in(world, async |night| {
        night.sets_up().await;
        let answer = setup_check(night).await;
        assert!(answer.contains("All Roles"), "{answer}");
        assert!(answer.contains("hears when it is called"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn setup_check_names_the_missing_permission_the_channel_and_the_way_to_mend_it() {
    let world = World::community().overwrite("support", "lamplighter", &[], &["CREATE_PRIVATE_THREADS"]);
    night_in(world, async |night| {
        night.sets_up().await;
        let answer = setup_check(night).await;
        assert!(answer.contains("Create Private Threads"), "{answer}");
        let support = night.discord.channel("support").id.to_string();
        assert!(
            answer.contains(&support) || answer.contains("support"),
            "{answer}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_member_may_not_set_the_guild_up() {
    night(async |night| {
        let mode: [(&str, Given); 1] = [("mode", "observe".into())];
        // Discord itself hides the command from them; one who gets past that is refused by the bot.
        let Ok(attempt) = night
            .member("mallory")
            .runs_command("general", "setup mode", &mode)
        else {
            return;
        };
        let answer = everything_in(&night.answered(&attempt).await);
        assert!(answer.contains("Manage Server"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn an_exempt_channel_is_left_alone_until_it_is_judged_again() {
    night(async |night| {
        let ava = night.member("ava");
        let exempt: [(&str, Given); 1] = [("channel", "trading".into())];
        night
            .answered(&ava.runs_command("staff", "setup exempt", &exempt).unwrap())
            .await;
        let left = night.member("mallory").says("trading", SCAM).unwrap();
        let judged: [(&str, Given); 2] = [("channel", "trading".into()), ("remove", true.into())];
        night
            .answered(&ava.runs_command("staff", "setup exempt", &judged).unwrap())
            .await;
        let scam = night.member("mallory").says("trading", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        assert!(night.discord.message(&left).deleted_at.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_case_from_before_anybody_chose_a_mod_log_gets_its_card_once_one_is_chosen() {
    night_in(World::community(), async |night| {
        night.dm_to("olivia").await;
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.runs_setup().await;
        let card = night.review_card().await;
        let words = everything_in(&card);
        assert!(words.contains("claim-airdrop.pages.dev"), "{words}");
        button(&card, "v1:confirm");
        assert!(night.discord.message(&scam).deleted_at.is_none());
        // Running it again posts nothing twice: what nobody read would fail the test.
        night.runs_setup().await;
    })
    .await;
}

/// How many rows there are for the card of a ticket, and how they stand.
async fn rows_of_staff_cards(night: &Night) -> Vec<(String, i64)> {
    let options = SqliteConnectOptions::new()
        .filename(night.database())
        .read_only(true);
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .expect("the database can be read");
    sqlx::query_as("SELECT state, attempts FROM effects WHERE effect ->> 'do' = 'post-staff-card'")
        .fetch_all(&mut connection)
        .await
        .expect("the effects can be read")
}

#[tokio::test]
async fn a_forbidden_staff_channel_costs_one_row_however_often_it_is_tried_until_setup_check_finds_it_mended()
{
    let world = World::community().overwrite("staff", "lamplighter", &[], &["SEND_MESSAGES"]);
    night_in(world, async |night| {
        night.expects_trouble();
        night.sets_up().await;
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        for _ in 0..2 {
            // The reconciler comes round at every start.
            crate::failures::ends_of(night, "create-ticket-thread").await;
            night.stops_bot().await;
            night.starts_bot().await;
        }
        let rows = rows_of_staff_cards(night).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert!(night.discord.messages_in("staff").is_empty());

        {
            let staff = night.discord.channel("staff").id;
            let mut state = night.discord.state();
            let role = state.role_named("lamplighter").expect("the bot's own role").id;
            let open = Overwrite {
                kind: OverwriteKind::Role,
                allow: fake_discord::permissions::Permissions::VIEW_CHANNEL,
                deny: fake_discord::permissions::Permissions::default(),
            };
            state.set_overwrite(staff, role, open);
        }
        let check = night
            .member("ava")
            .runs_command("support", "setup check", &[])
            .unwrap();
        night.answered(&check).await;
        let card = night.discord.next_message_in("staff").await;
        button(&card, "v1:claim");
        let rows = rows_of_staff_cards(night).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
    })
    .await;
}
