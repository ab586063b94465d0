//! The table of rights: person by button and command of the desk, and of everything that is staff's. Beside it: people of
//! another server, and a bot that stands too low.
//!
//! Review cards stand in `rights_review`, where it is also shown that no button and no command is without a row.
//!
//! In these worlds everybody sees the staff channels and Discord hides no command, so that nothing but the bot itself
//! stands in the way. The review card's permissions one by one are in `rights`.

use fake_discord::actors::{Answer, Exchange, Given};
use fake_discord::ids::Id;
use fake_discord::world::{ChannelKind, Message, World};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::night::{Night, SCAM, button, everything_in, night_in};
use crate::tickets::opens_a_ticket;

pub const DESK_BUTTONS: &str = "
                 member opener L1  L2  moderator admin owner
    claim        no     no     yes yes no        yes   yes
    join         no     no     yes yes no        yes   yes
    escalate     no     no     yes yes no        yes   yes
    close        no     yes    yes yes no        yes   yes
    reopen       no     yes    yes yes no        yes   yes
    new-thread   no     yes    yes yes no        yes   yes
";

pub const DESK_COMMANDS: &str = "
                    member opener L1  L2  moderator admin owner
    ticket-open     yes    yes    yes yes yes       yes   yes
    ticket-panel    no     no     yes yes yes       yes   yes
    ticket-claim    no     no     yes yes no        yes   yes
    ticket-transfer no     no     yes no  no        yes   yes
    ticket-assign   no     no     yes yes no        yes   yes
    ticket-note     no     no     yes yes no        yes   yes
    ticket-show     no     yes    yes yes no        yes   yes
    ticket-list     yes    yes    yes yes yes       yes   yes
    ticket-block    no     no     yes yes no        yes   yes
    ticket-unblock  no     no     yes yes no        yes   yes
    escalate        no     no     yes yes no        yes   yes
    ticket-close    no     yes    yes yes no        yes   yes
    ticket-reopen   no     yes    yes yes no        yes   yes
";

pub const STAFF_COMMANDS: &str = "
                     member opener L1  L2  moderator admin owner
    case-list        no     no     no  no  yes       no    yes
    case-queue       no     no     no  no  yes       no    yes
    case-note        no     no     no  no  yes       no    yes
    case-show        no     no     no  no  yes       no    yes
    rules-test       no     no     no  no  yes       no    yes
    rules-stats      no     no     no  no  yes       no    yes
    rules-overlay    no     no     no  no  yes       no    yes
    rules-backtest   no     no     no  no  yes       no    yes
    rules-mode       no     no     no  no  no        yes   yes
    rules-reload     no     no     no  no  no        no    yes
    setup-check      no     no     no  no  no        yes   yes
    setup-channels   no     no     no  no  no        yes   yes
    setup-role       no     no     no  no  no        yes   yes
    setup-team       no     no     no  no  no        yes   yes
    setup-quarantine no     no     no  no  no        yes   yes
    setup-exempt     no     no     no  no  no        yes   yes
    setup-protect    no     no     no  no  no        yes   yes
    setup-automod    no     no     no  no  no        yes   yes
    setup-mode       no     no     no  no  no        yes   yes
";

/// Words by which the bot refuses somebody who has no right to something.
const REFUSALS: [&str; 9] = [
    "with a support role here",
    "belongs to somebody else",
    "that you can see",
    "is no ticket's thread",
    "Only they, somebody of L3",
    "You need the permission",
    "needs Manage Server or a staff role",
    "OPERATOR_IDS",
    "needs the permission",
];

/// Who is meant by a column.
fn person(column: &str) -> &'static str {
    match column {
        "member" => "bob",
        "opener" => "alice",
        "L1" => "sam",
        "L2" => "lena",
        "moderator" => "max",
        "admin" => "ava",
        "owner" => "olivia",
        other => panic!("nobody stands for {other}"),
    }
}

/// The rows of a table: what, who may not, who may.
pub fn rows(table: &'static str) -> Vec<(&'static str, Vec<&'static str>, Vec<&'static str>)> {
    let mut lines = table.lines().filter(|line| !line.trim().is_empty());
    let people: Vec<&str> = lines.next().expect("a heading").split_whitespace().collect();
    lines
        .map(|line| {
            let mut cells = line.split_whitespace();
            let what = cells.next().expect("a name");
            let cells: Vec<(&str, &str)> = people.iter().copied().zip(cells).collect();
            assert_eq!(cells.len(), people.len(), "{what} has a cell for everybody");
            let those = |wanted: &str| {
                let cells = cells.iter().filter(|(_, cell)| *cell == wanted);
                cells.map(|(who, _)| person(who)).collect::<Vec<_>>()
            };
            (what, those("no"), those("yes"))
        })
        .collect()
}

/// A community whose staff channels everybody sees.
pub fn open_house() -> World {
    let seen = ["mod-log", "staff"];
    seen.into_iter().fold(World::community(), |world, channel| {
        world.overwrite(channel, "@everyone", &["VIEW_CHANNEL"], &[])
    })
}

/// Discord hides no command from anybody.
pub fn hides_nothing(night: &Night) {
    for command in &mut night.discord.state().commands {
        command.definition.remove("default_member_permissions");
    }
}

/// What the bot has written down: grows with every step and every effect.
async fn written(night: &Night) -> String {
    let options = SqliteConnectOptions::new()
        .filename(night.database())
        .read_only(true);
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .expect("the database can be read");
    let (counts,): (String,) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM effects) || ' effects, ' || (SELECT count(*) FROM ticket_events) || ' steps, '
             || (SELECT count(*) FROM case_events) || ' deeds, '
             || (SELECT count(*) FROM settings_history) || ' settings'",
    )
    .fetch_one(&mut connection)
    .await
    .expect("the tables can be counted");
    counts
}

/// What the bot changed in Discord, answers to interactions left out.
fn changes(night: &Night) -> usize {
    let all = night.discord.rest().record.all();
    let changes = all.iter().filter(|request| {
        let route = request.route.unwrap_or_default();
        request.method != "GET" && !route.starts_with("/interactions") && !route.starts_with("/webhooks")
    });
    changes.count()
}

/// What somebody reads: a form counts as consent.
async fn answer_to(night: &Night, exchange: Exchange) -> String {
    match exchange.answer().await {
        Answer::Modal(form) => format!("a form: {}", form.title()),
        _ => everything_in(&night.answered(&exchange).await),
    }
}

fn is_refusal(words: &str) -> bool {
    REFUSALS.iter().any(|refusal| words.contains(refusal))
}

/// Plays a row: those who may not leave no trace whatsoever; then those who may are not refused, and the first of them
/// really does it when `leaves_traces`.
pub async fn plays(
    night: &Night,
    what: &str,
    (refused, allowed): (&[&str], &[&str]),
    leaves_traces: bool,
    does: impl Fn(&str) -> Exchange,
) {
    night.until_idle().await;
    let before = (written(night).await, changes(night));
    for name in refused {
        let words = answer_to(night, does(name)).await;
        assert!(is_refusal(&words), "{what} by {name} is refused: {words}");
        let after = (written(night).await, changes(night));
        assert_eq!(after, before, "{what} by {name} leaves no trace");
    }
    for (nth, name) in allowed.iter().enumerate() {
        let words = answer_to(night, does(name)).await;
        assert!(!is_refusal(&words), "{what} by {name} is allowed: {words}");
        if nth == 0 && leaves_traces {
            assert_ne!(written(night).await, before.0, "{what} by {name} does something");
        }
    }
}

/// Alice's ticket: its thread and its card in the staff channel.
async fn ticket(night: &Night) -> (Id, Message) {
    opens_a_ticket(night, "alice").await;
    let thread = night.ticket_thread_of("alice").await.id;
    night.discord.next_message_in(thread).await;
    (thread, night.discord.next_message_in("staff").await)
}

#[tokio::test]
async fn every_button_of_the_desk_serves_whom_the_table_says_and_nobody_else() {
    night_in(open_house(), async |night| {
        night.sets_up().await;
        let (thread, card) = ticket(night).await;
        for (what, refused, mut allowed) in rows(DESK_BUTTONS) {
            let action = format!("v1:{what}");
            match what {
                // The opener closes at once, agents are shown a form first: the opener comes last.
                "close" => allowed.reverse(),
                "new-thread" => night.member("olivia").deletes_channel(thread).unwrap(),
                _ => {}
            }
            night
                .until_message(card.id, &format!("the button {what}"), |words| {
                    words.contains(&action)
                })
                .await;
            let id = button(&night.discord.message(&card), &action);
            // A button that was pressed may vanish from the card: each press is made on the card as it was.
            let as_it_was = night.discord.message(&card).components;
            let leaves_traces = !matches!(what, "escalate" | "close");
            plays(night, what, (&refused, &allowed), leaves_traces, |name| {
                if let Some(card) = night.discord.state().messages.get_mut(&card.id) {
                    card.components.clone_from(&as_it_was);
                }
                night
                    .member(name)
                    .clicks(&card, &id)
                    .expect("the button can be pressed")
            })
            .await;
            night.until_idle().await;
        }
        night.discord.mark_all_read();
    })
    .await;
}

fn options(what: &str) -> Vec<(&'static str, Given)> {
    let number = ("ticket", 1.into());
    match what {
        "ticket-open" => vec![("area", "account".into())],
        "ticket-panel" | "ticket-list" | "case-list" | "case-queue" | "rules-overlay" | "rules-stats"
        | "rules-reload" | "setup-check" | "setup-quarantine" => {
            vec![]
        }
        "ticket-transfer" | "ticket-assign" => vec![("agent", "lena".into()), number],
        "ticket-block" => vec![("member", "mallory".into()), ("reason", "floods the desk".into())],
        "ticket-unblock" => vec![("member", "mallory".into())],
        "ticket-note" => vec![("text", "seen at the explorer".into()), number],
        "ticket-close" => vec![("reason", "solved".into()), number],
        "case-note" => vec![("number", 1.into()), ("text", "seen before".into())],
        "case-show" => vec![("number", 1.into())],
        "rules-test" => vec![("text", "hello".into())],
        "rules-mode" => vec![("rule", "connect-and-claim".into()), ("mode", "observe".into())],
        "setup-channels" => vec![
            ("mod_log", "mod-log".into()),
            ("support", "support".into()),
            ("staff", "staff".into()),
        ],
        "setup-role" => vec![("tier", "L1".into()), ("role", "Support L1".into())],
        "setup-team" => vec![("team", "L2".into())],
        "rules-backtest" => vec![("rule", "connect-and-claim".into())],
        "setup-protect" => vec![("name", "Vitalina Morozova".into())],
        "setup-exempt" => vec![("channel", "lounge-text".into())],
        "setup-automod" => vec![("enabled", false.into())],
        "setup-mode" => vec![("mode", "enforce".into())],
        _ => vec![number],
    }
}

async fn plays_commands(night: &Night, table: &'static str, traces: impl Fn(&str) -> bool) {
    hides_nothing(night);
    for (what, refused, allowed) in rows(table) {
        let (command, given) = (what.replacen('-', " ", 1), options(what));
        plays(night, what, (&refused, &allowed), traces(what), |name| {
            let run = night.member(name).runs_command("staff", &command, &given);
            run.expect("the command is offered")
        })
        .await;
    }
}

#[tokio::test]
async fn every_command_of_the_desk_serves_whom_the_table_says_and_nobody_else() {
    night_in(open_house(), async |night| {
        night.sets_up().await;
        ticket(night).await;
        plays_commands(night, DESK_COMMANDS, |what| {
            // Lena has it by then, so giving it to her changes nothing.
            matches!(
                what,
                "ticket-claim" | "ticket-transfer" | "ticket-note" | "ticket-close" | "ticket-reopen"
            )
        })
        .await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn every_command_for_staff_serves_whom_the_table_says_and_nobody_else() {
    let world = open_house().channel("lounge-text", ChannelKind::Text);
    night_in(world, async |night| {
        night.sets_up().await;
        night.member("mallory").says("general", SCAM).unwrap();
        night.review_card().await;
        night.dm_to("mallory").await;
        plays_commands(night, STAFF_COMMANDS, |what| {
            what.starts_with("setup") && what != "setup-check" || matches!(what, "rules-mode" | "case-note")
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_owner_of_another_server_moves_nothing_in_this_one_by_its_buttons() {
    let world = World::community()
        .another_guild("Elsewhere", "eve")
        .channel("their-log", ChannelKind::Text)
        .channel("their-support", ChannelKind::Text);
    night_in(world, async |night| {
        night.dm_to("eve").await;
        night.sets_up().await;
        let eve = night.member("eve").in_guild("Elsewhere");
        let channels: [(&str, Given); 3] = [
            ("mod_log", "their-log".into()),
            ("support", "their-support".into()),
            ("staff", "their-log".into()),
        ];
        night
            .answered(
                &eve.runs_command("their-log", "setup channels", &channels)
                    .unwrap(),
            )
            .await;
        night
            .answered(&eve.runs_command("their-log", "ticket panel", &[]).unwrap())
            .await;
        let panel = night.discord.next_message_in("their-log").await;

        ticket(night).await;
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        night.until_idle().await;

        let here = night.member("alice").guild;
        let before = (written(night).await, changes(night));
        let forged = [
            "confirm",
            "restore",
            "timeout",
            "kick",
            "ban",
            "false-positive",
            "exempt",
            "resume-rule",
            "keep-paused",
            "let-back",
            "decline-back",
            "confirm-one",
            "restore-one",
            "claim",
            "join",
            "close",
            "escalate",
        ];
        let forged = forged
            .map(|action| format!("v1:{action}:1"))
            .into_iter()
            .chain(
                [
                    "v1:ban-history:1",
                    "v1:ban-with:1:0",
                    "v1:make-rule:1",
                    "v1:queue:1:0",
                ]
                .map(str::to_owned),
            )
            .chain(["contest", "reopen", "new-thread"].map(|action| format!("v1:{action}:{here}:1")));
        for id in forged {
            if let Some(panel) = night.discord.state().messages.get_mut(&panel.id) {
                panel.components[0]["components"][0]["custom_id"] = id.clone().into();
            }
            let words = answer_to(night, eve.clicks(&panel, &id).unwrap()).await;
            assert!(!words.starts_with("a form"), "{id}: {words}");
            assert_eq!((written(night).await, changes(night)), before, "{id}: {words}");
        }
        let number: [(&str, Given); 1] = [("number", 1.into())];
        let shown = answer_to(
            night,
            eve.runs_command("their-log", "case show", &number).unwrap(),
        )
        .await;
        assert!(
            !shown.contains("claim-airdrop"),
            "a case of another server is not shown: {shown}"
        );
        let number: [(&str, Given); 1] = [("ticket", 1.into())];
        let shown = answer_to(
            night,
            eve.runs_command("their-log", "ticket show", &number).unwrap(),
        )
        .await;
        assert!(
            is_refusal(&shown),
            "a ticket of another server is not shown: {shown}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_bot_that_stands_too_low_says_so_and_tries_nothing() {
    let world = World::community()
        .role("Founder", &[])
        .member_with("fred", &["Founder"]);
    night_in(world, async |night| {
        night.sets_up().await;
        let scam = night.member("fred").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("fred").await;
        night.until_idle().await;
        let before = written(night).await;
        for action in ["v1:timeout", "v1:kick", "v1:ban"] {
            let press = night
                .member("olivia")
                .clicks(&card, &button(&card, action))
                .unwrap();
            let words = answer_to(night, press).await;
            assert!(
                words.contains("Nightdesk's highest role is not above"),
                "{action}: {words}"
            );
        }
        assert_eq!(written(night).await, before);
        assert!(!night.is_banned("fred") && !night.is_timed_out("fred"));
    })
    .await;
}
