//! What a moderator reads after a press, and why a press was refused.

use std::fmt::Write as _;

use super::{ago, at, did, span};
use crate::app::kept::Kept;
use crate::discord::component_id::ComponentId;
use crate::discord::permissions::Forbidden;
use crate::discord::words::{Button, ButtonStyle, Saying};
use crate::model::Permissions;
use crate::model::case::{Action, Case, CaseDeed};
use crate::moderation::plan::{Removal, removal};
use crate::moderation::review::{CLEARINGS, Press, Refused, comes_back, is_removed, was_banned};

/// The name of a thread whose title was a scam. Whoever may rename it can.
pub const TITLE_REMOVED: &str = "(title removed)";

const fn is_title(removal: Removal) -> bool {
    matches!(removal, Removal::Title(_))
}

/// After a press that changed the case.
pub fn pressed(press: Press, case: &Case, kept: Kept) -> Saying {
    let number = case.number;
    // A wave may have grown since its card was drawn: whoever decided reads about how many.
    let whom = match case.others.len() {
        0 => "the author is".to_owned(),
        others => format!("all {} members are", others + 1),
    };
    Saying::text(match press {
        Press::Confirm => format!("Case #{number} is upheld. Thank you."),
        Press::Restore => {
            let mut text = format!("Case #{number} is undone.");
            if case.is_about_a_name() {
                text.push_str(" They are not shown again under this name.");
            } else if case.evidence.as_ref().map(removal).is_some_and(is_title) && is_removed(case) {
                text.push_str(" The thread gets back the title that was taken away.");
            } else if comes_back(case) {
                text.push_str(
                    " The message is being put back, with the files that were kept. Reactions, replies and the author's \
                     own ability to edit it cannot come back.",
                );
            } else if case.evidence.is_none() {
                text.push_str(" Its text has been erased from the records, so it cannot be put back.");
            } else if is_removed(case) {
                text.push_str(" A removed thread cannot be put back; the author is asked to post it again.");
            }
            let kicked = case.history.iter().any(|event| event.deed == CaseDeed::Kicked)
                || case.actions.contains(&Action::Kick);
            if kept.ban {
                text.push_str(" **The ban stays**: another case of theirs still holds it.");
            } else if was_banned(case) {
                text.push_str(
                    " The ban is being lifted. **Nobody comes back by that alone**: send the author an invitation.",
                );
            } else if kicked {
                text.push_str(" The author was removed from the server: **send them an invitation**.");
            }
            if let Some(until) = kept.timeout {
                let _ = write!(
                    text,
                    " They stay timed out until {}: another case of theirs still holds that.",
                    at(until)
                );
            }
            text
        }
        Press::Timeout => format!("Case #{number}: {whom} being timed out for 24 hours."),
        Press::Kick => format!("Case #{number}: {whom} being removed from the server."),
        Press::Ban => format!("Case #{number}: {whom} being banned."),
        Press::BanClearing(0) => {
            format!("Case #{number}: {whom} being banned. What they posted elsewhere stays.")
        }
        Press::BanClearing(seconds) => format!(
            "Case #{number}: {whom} being banned, and what they posted in the last {} goes.",
            span(u64::from(seconds))
        ),
        Press::LetBack => match kept.timeout {
            None => format!("Case #{number}: the author may write again and is told so."),
            Some(until) => format!(
                "Case #{number}: the author is told that you let them back, but stays timed out until {}: another case of \
                 theirs still holds that. Undo that one, too, if they shall write again.",
                at(until)
            ),
        },
        Press::Decline => {
            format!("Case #{number}: the author is told that it is too early. They may ask again.")
        }
    })
}

/// How much history goes with a ban: the author is only banned by a second press.
pub fn ban_choices(case: &Case) -> Saying {
    let label = |seconds| match seconds {
        0 => "Ban, keep their messages".to_owned(),
        604_800 => "Ban, delete 7 days".to_owned(),
        86_400 => "Ban, delete 1 day".to_owned(),
        seconds => format!("Ban, delete {}", span(u64::from(seconds))),
    };
    let button = |seconds: u32| {
        Button::new(
            label(seconds),
            ComponentId::BanClearing(case.id, seconds),
            ButtonStyle::Danger,
        )
    };
    Saying {
        text: format!(
            "Case #{}: how much of what <@{}> posted in this server shall go with the ban? Discord deletes it, and it cannot \
             be put back.",
            case.number, case.author
        ),
        buttons: vec![CLEARINGS.map(button).to_vec()],
        ..Saying::default()
    }
}

/// A note was kept.
pub fn noted(case: &Case) -> Saying {
    Saying::text(format!(
        "Noted with case #{}. Only staff can read it.",
        case.number
    ))
}

/// Why a press changed nothing, or a protest was not taken.
pub fn refused(refused: &Refused) -> String {
    match refused {
        Refused::Settled(event) if event.deed == CaseDeed::Contested => {
            format!("You have contested this already, {}. A moderator will read it.", ago(event.at))
        }
        Refused::Settled(event) if event.deed == CaseDeed::AskedBack => {
            format!("You have asked already, {}. A moderator will look at it.", ago(event.at))
        }
        Refused::Settled(event) => {
            let who = event.by.map_or_else(|| "Nightdesk".to_owned(), |by| format!("<@{by}>"));
            format!("Nothing to do: {who} {} {}.", did(event.deed), ago(event.at))
        }
        Refused::NoAccount => {
            "A webhook posted this, so there is no account to punish. Delete the webhook in the channel's settings, \
             Integrations."
                .to_owned()
        }
        Refused::NothingToExempt => {
            "There is nothing in this case that could be exempted, or all of it is exempt already: see `/rules overlay`."
                .to_owned()
        }
        Refused::MoreMembers(1) => {
            "Nothing was done: one more member joined this wave while you pressed. Look at the card, and press again."
                .to_owned()
        }
        Refused::MoreMembers(more) => format!(
            "Nothing was done: {more} more members joined this wave while you pressed. Look at the card, and press again."
        ),
        Refused::NobodyAsks => "Nobody asks to be let back on this case.".to_owned(),
        Refused::NotTheAuthor => "Only the author of the message can contest its removal.".to_owned(),
    }
}

/// Why the presser may not, or the bot cannot.
pub fn forbidden(forbidden: &Forbidden) -> String {
    match *forbidden {
        Forbidden::Lacking(missing) => format!("You need the permission {} for this.", names(missing)),
        Forbidden::LackingThere(missing, channel) => {
            format!("You need the permission {} in <#{channel}> for this.", names(missing))
        }
        Forbidden::Oneself => "This is about your own message: somebody else has to decide.".to_owned(),
        Forbidden::Outranked => {
            "The author's highest role is not below yours, so this is for somebody with a higher role.".to_owned()
        }
        Forbidden::Owner => "The author owns this server: nobody can do that to them.".to_owned(),
        Forbidden::Gone => "The author is not in this server any more. A ban still works.".to_owned(),
        Forbidden::BotLacking(missing) => format!(
            "Nightdesk itself lacks the permission {}: turn it on in Server Settings, Roles, for Nightdesk's role, and \
             press again.",
            names(missing)
        ),
        Forbidden::BotLackingThere(missing, channel) => format!(
            "Nightdesk itself lacks the permission {} in <#{channel}>: turn it on in that channel's settings, \
             Permissions, and press again.",
            names(missing)
        ),
        Forbidden::BotOutranked => {
            "Nightdesk's highest role is not above the author's: drag Nightdesk's role higher in Server Settings, Roles, \
             and press again."
                .to_owned()
        }
        Forbidden::Administrator => {
            "Discord allows nobody to time out an administrator. Take their administrator role away first.".to_owned()
        }
    }
}

/// Permissions as Discord's settings page names them.
fn names(permissions: Permissions) -> String {
    let names: Vec<String> = permissions.names().map(|name| format!("**{name}**")).collect();
    names.join(", ")
}

/// After an author has asked to be let back.
pub fn asked_back() -> Saying {
    Saying::text(
        "Good that it is yours again. A moderator has been asked to let you write again; you get a note here. If you have \
         not changed your password yet and logged out every device, please do that first: whoever was in could still be.",
    )
}

/// After an author's protest.
pub fn contested() -> Saying {
    Saying::text(
        "Thank you. A moderator will read it beside your message. If it was our mistake, your message comes back and you \
         get a note here.",
    )
}
