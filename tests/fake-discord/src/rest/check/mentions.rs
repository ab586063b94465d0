//! The `allowed_mentions` object. Source: "Message", section "Allowed Mentions Object".

use crate::rest::form::Form;
use crate::world::AllowedMentions;

/// Reads `allowed_mentions`; `None` when the request does not say, which allows everything.
pub fn read(form: &mut Form<'_>) -> Option<AllowedMentions> {
    let value = form.some("allowed_mentions")?;
    let path = form.path_of("allowed_mentions");
    let mut inner = Form::open(value, &path, form.errors())?;
    let mut allowed = AllowedMentions {
        // Once a request says whom it calls, the author of the message replied to is left out by default.
        replied_user: Some(inner.flag("replied_user").unwrap_or(false)),
        ..AllowedMentions::default()
    };
    let parse = inner.list("parse", 0..=3).unwrap_or_default();
    for (at, kind) in parse.iter().enumerate() {
        match kind.as_str() {
            Some("users") => allowed.parse_users = true,
            Some("roles") => allowed.parse_roles = true,
            Some("everyone") => allowed.parse_everyone = true,
            _ => {
                let path = inner.path_of(&format!("parse.{at}"));
                inner.errors().choice(&path, "('users', 'roles', 'everyone')");
            }
        }
    }
    allowed.users = inner.ids("users", 100).unwrap_or_default();
    allowed.roles = inner.ids("roles", 100).unwrap_or_default();
    let listed_and_parsed = [
        ("users", allowed.parse_users && !allowed.users.is_empty()),
        ("roles", allowed.parse_roles && !allowed.roles.is_empty()),
    ];
    for (key, both) in listed_and_parsed {
        if both {
            let message = format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive.");
            form.wrong(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                message,
            );
        }
    }
    Some(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::form;
    use serde_json::json;

    #[test]
    fn a_list_and_its_parse_exclude_each_other() {
        let both = json!({ "allowed_mentions": { "parse": ["users"], "users": ["1"] } });
        assert!(form::read(&both, read).is_err());
        let one = json!({ "allowed_mentions": { "parse": ["roles"], "users": ["1"] } });
        let allowed = form::read(&one, read).expect("good").expect("given");
        assert!(allowed.parse_roles && !allowed.parse_users);
    }
}
