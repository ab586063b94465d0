//! The table of rights, continued: person by button of the cards that moderators get, and the commands in a message's menu.
//! And a look at what the program knows, so that a new button or command without a row fails here.
//!
//! The review card's permissions one by one are in `rights`; the desk's tables are in `rights_table`.

use std::collections::BTreeSet;
use std::time::Duration;

use fake_discord::world::{Command, Message};

use crate::night::{Night, another_scam, night_in, unique};
use crate::rights_table::{
    DESK_BUTTONS, DESK_COMMANDS, STAFF_COMMANDS, hides_nothing, open_house, plays, rows,
};

const CARD_BUTTONS: &str = "
                   member opener L1  L2  moderator admin owner
    confirm        no     no     no  no  yes       no    yes
    restore        no     no     no  no  yes       no    yes
    timeout        no     no     no  no  yes       no    yes
    kick           no     no     no  no  yes       no    yes
    ban            no     no     no  no  yes       no    yes
    ban-history    no     no     no  no  yes       no    yes
    ban-with       no     no     no  no  yes       no    yes
    false-positive no     no     no  no  yes       no    yes
    exempt         no     no     no  no  yes       no    yes
    make-rule      no     no     no  no  yes       no    yes
    let-back       no     no     no  no  yes       no    yes
    decline-back   no     no     no  no  yes       no    yes
    confirm-one    no     no     no  no  yes       no    yes
    restore-one    no     no     no  no  yes       no    yes
    queue          no     no     no  no  yes       no    yes
    resume-rule    no     no     no  no  no        yes   yes
    keep-paused    no     no     no  no  no        yes   yes
";

const MENU_COMMANDS: &str = "
                              member opener L1  L2  moderator admin owner
    Make-a-rule               no     no     no  no  yes       no    yes
    Open-ticket               yes    yes    yes yes yes       yes   yes
";

/// What stands in a message's menu, by row.
const MENU: [(&str, &str); 2] = [
    ("Make-a-rule", "Make a rule from this message"),
    ("Open-ticket", "Open ticket from this message"),
];

/// Pressed only by whom it was sent to, or open to everybody, so that no table of staff holds them; and where that is shown.
const WITHOUT_A_ROW: [(&str, &str); 3] = [
    (
        "open",
        "the panel: whoever sees it, but for those who are blocked (`desk`)",
    ),
    ("contest", "the author of the case alone (below)"),
    ("account-back", "the author of the case alone (below)"),
];

/// A scam by somebody new, and its card.
async fn fresh_card(night: &Night) -> Message {
    let name = format!("scammer{}", unique());
    let author = night.discord.newcomer(&name, Duration::from_hours(24 * 400));
    author.joins().expect("anybody may join");
    let scam = author.says("general", &another_scam()).expect("it can be posted");
    night.discord.until_deleted(&scam).await;
    let card = night.review_card().await;
    night.dm_to(&name).await;
    card
}

/// The case that a card is about.
fn case_of(card: &Message) -> u64 {
    let id = crate::night::button(card, "v1:confirm");
    let number = id.rsplit(':').next().and_then(|number| number.parse().ok());
    number.expect("a button names its case")
}

/// Gives a message's first button this id, as a client may that sends what it likes.
fn forge(night: &Night, card: &Message, id: &str) {
    let mut state = night.discord.state();
    let card = state.messages.get_mut(&card.id).expect("the card stands");
    let button = &mut card.components[0]["components"][0];
    button["custom_id"] = id.into();
    // On the card of a case that is settled by now the buttons are grey.
    button["disabled"] = false.into();
}

#[tokio::test]
async fn every_button_of_a_moderators_card_serves_whom_the_table_says_and_nobody_else() {
    night_in(open_house(), async |night| {
        night.sets_up().await;
        for (what, refused, allowed) in rows(CARD_BUTTONS) {
            let card = fresh_card(night).await;
            let case = case_of(&card);
            let id = match what {
                "ban-with" => format!("v1:ban-with:{case}:0"),
                "queue" => format!("v1:queue:{case}:0"),
                _ => format!("v1:{what}:{case}"),
            };
            let leaves_traces = matches!(
                what,
                "confirm"
                    | "restore"
                    | "timeout"
                    | "kick"
                    | "ban"
                    | "ban-with"
                    | "false-positive"
                    | "confirm-one"
                    | "restore-one"
            );
            plays(night, what, (&refused, &allowed), leaves_traces, |name| {
                forge(night, &card, &id);
                let press = night.member(name).clicks(&card, &id);
                press.expect("the button can be pressed")
            })
            .await;
            night.until_idle().await;
            night.discord.mark_all_read();
        }
    })
    .await;
}

#[tokio::test]
async fn what_stands_in_a_messages_menu_serves_whom_the_table_says_and_nobody_else() {
    night_in(open_house(), async |night| {
        night.sets_up().await;
        hides_nothing(night);
        let said = night
            .member("bob")
            .says("general", "which pool is best?")
            .unwrap();
        for (what, refused, allowed) in rows(MENU_COMMANDS) {
            let command = MENU.iter().find(|(row, _)| *row == what).expect("it is named").1;
            plays(night, what, (&refused, &allowed), false, |name| {
                let used = night.member(name).uses_on_message(command, &said);
                used.expect("the command is offered")
            })
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn only_the_author_contests_a_removal_or_asks_to_be_let_back() {
    night_in(open_house(), async |night| {
        night.sets_up().await;
        let card = fresh_card(night).await;
        let (guild, case) = (night.member("bob").guild, case_of(&card));
        for action in ["contest", "account-back"] {
            for name in ["bob", "sam", "max", "olivia"] {
                let id = format!("v1:{action}:{guild}:{case}");
                forge(night, &card, &id);
                let press = night.member(name).clicks(&card, &id);
                let answer = night.answered(&press.expect("it can be pressed")).await;
                let words = crate::night::everything_in(&answer);
                assert!(words.contains("Only the author"), "{action} by {name}: {words}");
            }
        }
    })
    .await;
}

/// The actions of all buttons, read where their ids are written. Forms answer what a button or command opened.
fn known_buttons() -> BTreeSet<&'static str> {
    let written = include_str!("../../src/discord/component_id.rs");
    let ids = written.split("write!(f, \"v1:").skip(1);
    let actions = ids.filter_map(|rest| rest.split([':', '"']).next());
    actions.filter(|action| !action.ends_with("-form")).collect()
}

/// The names of a command and of what is below it, with dashes.
fn names_of(command: &Command) -> Vec<String> {
    let below = command
        .definition
        .get("options")
        .and_then(|options| options.as_array());
    let below: Vec<String> = below
        .into_iter()
        .flatten()
        .filter(|option| option["type"] == 1)
        .filter_map(|option| Some(format!("{}-{}", command.name, option["name"].as_str()?)))
        .collect();
    if below.is_empty() {
        vec![command.name.clone()]
    } else {
        below
    }
}

#[tokio::test]
async fn no_button_and_no_command_is_without_a_row_in_the_tables_of_rights() {
    let named = |table| rows(table).into_iter().map(|(what, ..)| what);
    let with_rows: BTreeSet<&str> = named(DESK_BUTTONS)
        .chain(named(CARD_BUTTONS))
        .chain(WITHOUT_A_ROW.map(|(what, _)| what))
        .collect();
    assert_eq!(known_buttons(), with_rows);
    night_in(open_house(), async |night| {
        let commands: BTreeSet<String> = night
            .discord
            .wait_for("the bot's commands", |state| {
                (!state.commands.is_empty()).then(|| state.commands.iter().flat_map(names_of).collect())
            })
            .await;
        let with_rows: BTreeSet<String> = named(DESK_COMMANDS)
            .chain(named(STAFF_COMMANDS))
            .chain(MENU.map(|(_, command)| command))
            .map(str::to_owned)
            .collect();
        assert_eq!(commands, with_rows);
        night.sets_up().await;
    })
    .await;
}
