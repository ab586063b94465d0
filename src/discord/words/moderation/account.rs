//! What somebody reads whose account was most likely stolen: the way to get it back, and the way back into the server.
//!
//! Whoever reads it is upset and in a hurry, and the thief may be reading along: it is short, in the order in which things
//! have to be done, asks for nothing and holds no link.

use std::fmt::Write as _;
use std::time::Duration;

use super::{at, inline};
use crate::app::kept::Kept;
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Card, Saying, Tone, shortened};
use crate::model::case::{Action, Case, CaseDeed};
use crate::model::{RoleId, UserId};

/// The first button: back into the server.
pub(super) fn back(case: &Case) -> Button {
    Button::new(
        "I have my account again",
        ComponentId::AccountBack(case.guild, case.id),
        ButtonStyle::Primary,
    )
}

/// The alert in the mod log when the account is a team member's: its rights are in a stranger's hands until somebody takes
/// them away, and that is beyond what the bot may do. `owner`, `roles`: whom it pings.
pub fn alert_of_stolen_staff(case: &Case, owner: Option<UserId>, roles: &[RoleId]) -> Saying {
    let called: Vec<String> = owner
        .iter()
        .map(|owner| format!("<@{owner}>"))
        .chain(roles.iter().map(|role| format!("<@&{role}>")))
        .collect();
    let timed_out = case
        .actions
        .iter()
        .any(|action| matches!(action, Action::Timeout { .. }));
    let done = if timed_out {
        "It was removed and the account timed out, which Discord does not do to administrators."
    } else {
        "It was removed. The account can still write and press every button."
    };
    Saying {
        text: called.join(" "),
        card: Some(Card {
            title: "A team account is most likely stolen".to_owned(),
            body: format!(
                "<@{}> posted what only scammers post (case #{}). {done}\n\n\
                 **1.** Take the team roles from the account now. The bot cannot, and does not, decide that.\n\
                 **2.** Ask its owner **outside of Discord** whether it was them.\n\
                 **3.** Look at the audit log for webhooks, roles, bots and invitations it made.\n\
                 **4.** Give the roles back when they have the account again.",
                case.author, case.number
            ),
            footer: format!(
                "Case #{}. Whoever holds the account may be reading along here.",
                case.number
            ),
            tone: Tone::Danger,
            ..Card::default()
        }),
        ping_users: owner.into_iter().collect(),
        ping_roles: roles.to_vec(),
        ..Saying::default()
    }
}

/// The direct message after something was posted that is not like its author at all.
pub(super) fn recovery(case: &Case, guild_name: &str) -> Card {
    let mut body = format!(
        "Something was posted from your account in {} that scammers post. You have been with us for a while, so we think \
         that **somebody else is using your account**. It was removed.\n",
        inline(guild_name, 100)
    );
    for action in &case.actions {
        if let Action::Timeout { seconds } = *action {
            let until = case.opened_at + Duration::from_secs(seconds);
            let _ = writeln!(
                body,
                "So that nobody is robbed in your name, your account cannot write there until {}.",
                at(until)
            );
        }
    }
    body.push_str(
        "\n**1.** Change your Discord password now. That also makes the stolen login worthless.\n\
         **2.** Settings, **Devices**: log out all that you do not know.\n\
         **3.** Settings, **Authorized Apps**: remove what you did not add.\n\
         **4.** Turn on **two-factor authentication**, and change the password of your e-mail if it was the same.\n\
         **5.** Find out how it happened. Did you scan a **QR code** to \u{201c}verify\u{201d}, type a password after following a \
         link, or run a game or a file somebody sent? Then do not do it again, and have the computer checked.\n\n\
         **Done?** Press **I have my account again**: a moderator lets you write again. **Was it you, and harmless?** Press \
         **Contest** and say so.",
    );
    Card {
        title: "Is somebody else using your account?".to_owned(),
        body,
        footer: format!(
            "Case #{}. Nobody from the team will ask for a password, a code or a seed phrase, and none is needed here.",
            case.number
        ),
        tone: Tone::Danger,
        ..Card::default()
    }
}

/// How a moderator answered a request to be let back. `kept`: what other cases of theirs still hold.
pub fn tell_answer(case: &Case, guild_name: &str, kept: Kept) -> Saying {
    let answers = [CaseDeed::LetBack, CaseDeed::Declined];
    let answer = case
        .history
        .iter()
        .rev()
        .find(|event| answers.contains(&event.deed));
    let footer = format!("Case #{}", case.number);
    if answer.is_some_and(|event| event.deed == CaseDeed::LetBack) {
        let writing = match kept.timeout {
            None => "A moderator has let you back: you can write again.".to_owned(),
            Some(until) => format!(
                "A moderator has let you back. You can write again from {} on: until then you stay timed out for something \
                 else that was posted in your name. There is a message from me about that, too.",
                at(until)
            ),
        };
        return Saying::card(Card {
            title: format!("Welcome back to {}", shortened(guild_name, 100)),
            body: format!(
                "{writing} Thank you for taking care of it. If something odd is posted in your name once more, write to the \
                 team."
            ),
            footer,
            tone: Tone::Good,
            ..Card::default()
        });
    }
    Saying {
        card: Some(Card {
            title: format!("Not yet: {}", shortened(guild_name, 100)),
            body: "A moderator looked at it and is not sure yet that the account is yours alone. Please go through the steps \
                   above once more, password and devices first, and then ask again."
                .to_owned(),
            footer,
            tone: Tone::Waiting,
            ..Card::default()
        }),
        buttons: vec![vec![back(case)]],
        ..Saying::default()
    }
}
