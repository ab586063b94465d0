//! What the bot says about removed messages: to moderators, to authors, to whoever sets it up.
//!
//! Members read why in plain words and never in the rules' own; moderators read rule, place and evidence. Texts of
//! strangers appear in code only, where no link, mention or markup of theirs lives.

mod account;
mod answers;
mod author;
mod campaign;
mod card;
mod case_buttons;
mod cases;
mod drafts;
mod overlay;
mod pleas;
mod restored;
mod rules;
mod secret_guide;
mod setup;
mod standing;

pub use account::{alert_of_stolen_staff, tell_answer};
pub use answers::{TITLE_REMOVED, asked_back, ban_choices, contested, forbidden, noted, pressed, refused};
pub use author::{CONTEST_TEXT, contest_form, tell_author, tell_restored};
pub use campaign::{honeypot_notice, pressed_all};
pub use card::review_card;
pub use cases::{QUEUE_PAGE, list, no_such_case, queue, show};
pub use drafts::{
    NOTHING_KEPT, RULE_CLEAN, RULE_ID, RULE_PHRASE, RULE_TITLE, draft, draft_refused, in_history, on_record,
    rule_form, search_failed,
};
pub use overlay::{exempted, false_positive, no_such_entry, overlay, overlay_removed, warn_of_overlay};
pub use restored::{Restored, WHOLE_TEXT, restored, restored_name};
pub use rules::{NO_OPERATORS, reload_failed, reloaded, rule_mode_set, tested, unknown_rule};
pub use setup::{AUTOMOD_BLOCKED, AUTOMOD_NEEDS, changed, checkup, needs_permission, tell_owner};
pub use standing::{pause_answered, pause_card, pause_settled, rule_stats, weekly_report};

use crate::model::Timestamp;
use crate::model::case::{Action, CaseDeed};
use crate::rules::Category;

/// A moment as each reader's own clock shows it: "3 minutes ago".
fn ago(moment: Timestamp) -> String {
    format!("<t:{}:R>", moment.seconds())
}

/// A moment as each reader's own clock shows it: date and time.
fn at(moment: Timestamp) -> String {
    format!("<t:{}:f>", moment.seconds())
}

/// A short text of somebody else inside a line: in code, where nothing of it lives.
fn inline(text: &str, limit: usize) -> String {
    let calm: String = super::shortened(text, limit)
        .chars()
        .map(|c| match c {
            '`' => '\u{2019}',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    if calm.trim().is_empty() {
        "` `".to_owned()
    } else {
        format!("`{calm}`")
    }
}

/// A span of time in its largest whole unit: "1 hour", "28 days".
fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=119 => (seconds, "second"),
        120..=7199 if !seconds.is_multiple_of(3600) => (seconds / 60, "minute"),
        _ if seconds.is_multiple_of(86_400) && seconds > 86_400 => (seconds / 86_400, "day"),
        _ => (seconds / 3600, "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// "1 copy", "3 copies".
fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What a policy asks for, step by step.
fn steps(actions: &[Action]) -> String {
    let words: Vec<String> = actions
        .iter()
        .map(|action| match *action {
            Action::Log => "show it to moderators".to_owned(),
            Action::Delete => "remove it".to_owned(),
            Action::Timeout { seconds } => format!("time the author out for {}", span(seconds)),
            Action::Quarantine { seconds } => format!("give the quarantine role{}", lasting(seconds)),
            Action::Kick => "remove the author from the server".to_owned(),
            Action::Ban { seconds, .. } => format!("ban the author{}", lasting(seconds)),
            Action::Tell => "tell the author".to_owned(),
            Action::Recover => "show the author how to get a stolen account back".to_owned(),
        })
        .collect();
    words.join(", ")
}

/// How long something lasts that ends by itself.
fn lasting(seconds: Option<u64>) -> String {
    seconds.map_or_else(String::new, |seconds| format!(" for {}", span(seconds)))
}

/// What a category is called among moderators.
const fn category_name(category: Category) -> &'static str {
    match category {
        Category::Scam => "scam",
        Category::Phishing => "phishing",
        Category::Impersonation => "impersonation",
        Category::TicketBait => "false help desk",
        Category::ContactBait => "lure into direct messages",
        Category::Secret => "own secret",
        Category::SecretRequest => "asks for a secret",
        Category::Invite => "invitation",
        Category::Malware => "malware",
        Category::Spam => "spam",
        Category::Evasion => "disguise",
        Category::CryForHelp => "cry for help",
    }
}

/// What somebody did, as a sentence goes on after their name.
const fn did(deed: CaseDeed) -> &'static str {
    match deed {
        CaseDeed::Opened => "opened it",
        CaseDeed::Worsened => "looked again and found it worse",
        CaseDeed::Confirmed => "upheld it",
        CaseDeed::Restored => "found it wrong and undid it",
        CaseDeed::TimedOut => "timed the author out",
        CaseDeed::Kicked => "removed the author from the server",
        CaseDeed::Banned => "banned the author",
        CaseDeed::Contested => "contested it",
        CaseDeed::Exempted => "exempted what was found in it here",
        CaseDeed::Noted => "noted something",
        CaseDeed::AskedBack => "says that the account is theirs again",
        CaseDeed::LetBack => "let the author back",
        CaseDeed::Declined => "did not let the author back yet",
    }
}

#[cfg(test)]
mod tests;
