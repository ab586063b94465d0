//! What the bot says about itself: to staff when something is broken, to a person it could not serve.

use super::{Card, Saying, Tone};

/// To moderators, when the database refuses.
pub fn store_trouble() -> Saying {
    Saying::card(Card {
        title: "My database cannot be written".to_owned(),
        body: "I still remove what is certainly a scam and keep the evidence in a file beside the database. Other decisions, \
               tickets and cards wait. Whoever runs me: look at the disk's free space and at the log, please. What was kept is \
               filed by itself as soon as the database answers again."
            .to_owned(),
        tone: Tone::Danger,
        ..Card::default()
    })
}

/// To a person, when something of ours is broken. `incident` is found in the log.
pub fn broken(incident: &str) -> Saying {
    Saying::text(format!(
        "That did not work, and it is not your fault. Please try again in a minute. If it keeps failing, tell staff this \
         number: `{incident}`."
    ))
}

/// To a person, when Discord refuses the bot something.
pub fn refused_by_discord(what: &str) -> Saying {
    Saying::text(format!(
        "Discord did not let me do that: {what}. `/setup check` shows which permission is missing."
    ))
}

/// To a person, when the bot has no content of messages to work with.
pub fn only_here() -> &'static str {
    "This works inside a server only."
}

/// To a person who ran a command that has changed since their client learned of it.
pub fn outdated_command() -> Saying {
    Saying::text("This command has changed. Reload Discord (Ctrl+R) and run it again.")
}

/// To a person who lacks a permission. `missing`: its name, when it is known.
pub fn missing_permission(missing: Option<&str>) -> Saying {
    Saying::text(match missing {
        Some(missing) => format!("You need {missing} for that."),
        None => "You are not allowed to do that here.".to_owned(),
    })
}
