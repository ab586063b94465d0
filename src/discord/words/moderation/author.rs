//! What the author of a removed message reads: what happened and why, how to contest it, and that a mistake was undone.
//! What to do about a secret that got out lives in `super::secret_guide`.

use std::fmt::Write as _;
use std::time::Duration;

use super::account::{back, recovery};
use super::card::is_about_a_picture;
use super::secret_guide::guide;
use super::{at, inline};
use crate::app::kept::Kept;
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Card, Form, Input, Saying, Tone, quoted, shortened};
use crate::model::case::{Action, Case, CaseDeed};
use crate::model::{CaseId, GuildId};
use crate::moderation::review::{CONTEST_LIMIT, comes_back, was_banned};
use crate::rules::{Category, Place};

/// The key of the contest form's only input.
pub const CONTEST_TEXT: &str = "text";

/// The direct message after a removal.
pub fn tell_author(case: &Case, guild_name: &str) -> Saying {
    let stolen = case.actions.contains(&Action::Recover);
    let card = if stolen {
        recovery(case, guild_name)
    } else if case.is_about_a_name() {
        borrowed_name(case, guild_name)
    } else if case.category == Category::Secret {
        guide(case, guild_name)
    } else {
        removal(case, guild_name)
    };
    let contest = Button::new(
        "Contest",
        ComponentId::Contest(case.guild, case.id),
        ButtonStyle::Secondary,
    );
    let mut buttons = vec![contest];
    if stolen {
        buttons.insert(0, back(case));
    }
    Saying {
        card: Some(card),
        buttons: vec![buttons],
        ..Saying::default()
    }
}

fn removal(case: &Case, guild_name: &str) -> Card {
    let mut body = format!(
        "Your message in <#{}> was removed by an automatic check: {}.\n",
        case.channel,
        reason(case.category)
    );
    if let Some(words) = first_words(case) {
        let _ = writeln!(body, "{}", quoted(words, 300));
    }
    for action in &case.actions {
        match *action {
            Action::Timeout { seconds } => {
                let until = case.opened_at + Duration::from_secs(seconds);
                let _ = writeln!(
                    body,
                    "Until {} you cannot write in {}.",
                    at(until),
                    inline(guild_name, 100)
                );
            }
            Action::Kick => body.push_str("You were also removed from the server.\n"),
            Action::Ban { seconds: None, .. } => body.push_str("You were also banned from the server.\n"),
            Action::Ban {
                seconds: Some(seconds),
                ..
            } => {
                let until = case.opened_at + Duration::from_secs(seconds);
                let _ = writeln!(body, "You were also banned from the server until {}.", at(until));
            }
            Action::Log | Action::Delete | Action::Quarantine { .. } | Action::Tell | Action::Recover => {}
        }
    }
    body.push_str(decided(case).unwrap_or_default());
    body.push_str(
        "\n**Was this wrong?** It happens to honest people, and a moderator can undo it. Press **Contest** and say in a \
         sentence what it was; that works while you cannot write in the server, too.\n\n\
         **Was this not you?** Then somebody else is using your account. Change your password now, log out every device \
         (Settings, Devices), and turn on two-factor authentication.",
    );
    Card {
        title: format!("A message of yours was removed in {}", shortened(guild_name, 100)),
        body,
        footer: format!(
            "Case #{}. Nobody from the team will ask for a password, a code or a seed phrase.",
            case.number
        ),
        tone: Tone::Calm,
        ..Card::default()
    }
}

/// For somebody who was punished for their name.
fn borrowed_name(case: &Case, guild_name: &str) -> Card {
    let name = first_words(case).map_or_else(|| "your name".to_owned(), |name| inline(name, 80));
    let whom = if is_about_a_picture(case) {
        "picture is the one of somebody of the team"
    } else if case.imitates.is_some() {
        "name looks like the one of somebody of the team"
    } else {
        "name reads like one that scammers use"
    };
    Card {
        title: format!("Your name in {}", shortened(guild_name, 100)),
        body: format!(
            "In {} you appear as {name}. Your {whom}, and people there are robbed by accounts like that.\n{}\n\
             **Is it simply you?** Press **Contest** and say so: a moderator reads it and can undo it. You can also choose \
             another nickname or picture there.",
            inline(guild_name, 100),
            decided(case).unwrap_or("A moderator looked at it.\n"),
        ),
        footer: format!(
            "Case #{}. Nobody from the team will ask for a password, a code or a seed phrase.",
            case.number
        ),
        tone: Tone::Calm,
        ..Card::default()
    }
}

/// What a moderator did since.
fn decided(case: &Case) -> Option<&'static str> {
    case.history.iter().rev().find_map(|event| match event.deed {
        CaseDeed::Kicked => Some("A moderator removed you from the server.\n"),
        CaseDeed::Banned => Some("A moderator banned you from the server.\n"),
        CaseDeed::TimedOut => Some("A moderator timed you out for a day.\n"),
        _ => None,
    })
}

/// Why, for somebody who has never heard of rules. It tells an honest person enough and a scammer nothing new.
const fn reason(category: Category) -> &'static str {
    match category {
        Category::Scam => "it reads like a scam that is sent around",
        Category::Phishing => "it holds a link that looks made to steal accounts or wallets",
        Category::Impersonation => "it looks as if it came from somebody it does not come from",
        Category::TicketBait => "it sends people to a help desk that is not this server's",
        Category::ContactBait => "it asks people to move to private messages, as scammers do",
        Category::Secret => "it held a seed phrase or a key",
        Category::SecretRequest => "it reads as if it asked for a seed phrase, a key or a code",
        Category::Invite => "it holds an invitation to another server",
        Category::Malware => "it holds a file or a link that may run something harmful",
        Category::Spam => "it reads like advertising that is sent around",
        Category::Evasion => "its text is disguised in a way that honest messages are not",
        Category::CryForHelp => "it stood beside something that scammers post",
    }
}

/// The direct message after a restore. `kept`: what other cases of theirs still hold.
pub fn tell_restored(case: &Case, guild_name: &str, kept: Kept) -> Saying {
    let outcome = if comes_back(case) {
        format!("A moderator looked at it and put it back in <#{}>", case.channel)
    } else {
        "A moderator looked at it. A thread that was removed cannot be put back, so please post it again"
            .to_owned()
    };
    let timeout = case
        .actions
        .iter()
        .any(|action| matches!(action, Action::Timeout { .. }))
        || case.history.iter().any(|event| event.deed == CaseDeed::TimedOut);
    let mut lifted = if kept.ban {
        " You stay banned: that was about something else of yours, and still stands.".to_owned()
    } else if was_banned(case) {
        " Your ban is lifted; to come back you need an invitation.".to_owned()
    } else if timeout && kept.timeout.is_none() {
        " Your timeout has ended.".to_owned()
    } else {
        String::new()
    };
    if let Some(until) = kept.timeout {
        let _ = write!(
            lifted,
            " You stay timed out until {}: that is about something else of yours, and still stands.",
            at(until)
        );
    }
    Saying::card(Card {
        title: format!(
            "We were wrong about your message in {}",
            shortened(guild_name, 100)
        ),
        body: format!("{outcome}.{lifted} We are sorry for the trouble, and thank you for your patience."),
        footer: format!("Case #{}", case.number),
        tone: Tone::Good,
        ..Card::default()
    })
}

/// The form behind the Contest button.
pub fn contest_form(guild: GuildId, case: CaseId) -> Form {
    Form {
        id: ComponentId::ContestForm(guild, case),
        title: "Contest this removal".to_owned(),
        inputs: vec![Input {
            key: CONTEST_TEXT,
            label: "What was your message about?".to_owned(),
            placeholder: "A moderator reads this. Never write a seed phrase, key or password.".to_owned(),
            value: String::new(),
            long: true,
            required: true,
            min: 5,
            max: CONTEST_LIMIT,
        }],
    }
}

fn first_words(case: &Case) -> Option<&str> {
    let parts = &case.evidence.as_ref()?.parts;
    let content = parts
        .iter()
        .find(|part| matches!(part.place, Place::Content | Place::Edit));
    content.or_else(|| parts.first()).map(|part| part.text.as_str())
}
