//! Emoji in components and reactions. Source: Unicode Technical Standard 51, sections 1.4.1 to 1.4.9 (what may be an emoji), taken
//! a little wider: any pictograph, any pair of regional indicators. Whether a custom emoji exists is not asked.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use crate::ids::Id;
use crate::rest::form::Form;

static UNICODE: LazyLock<Regex> = LazyLock::new(|| {
    let pictograph = r"\p{Extended_Pictographic}(?:\x{FE0F}|\p{Emoji_Modifier})?[\x{E0020}-\x{E007F}]*";
    let zwj = format!(r"{pictograph}(?:\x{{200D}}{pictograph})*");
    let flag = r"\p{Regional_Indicator}{2}";
    let keycap = r"[0-9#*]\x{FE0F}?\x{20E3}";
    Regex::new(&format!(r"\A(?:{zwj}|{flag}|{keycap})\z")).expect("a constant expression")
});

/// Whether this is one emoji of Unicode's.
pub fn is_unicode(text: &str) -> bool {
    UNICODE.is_match(text)
}

/// Reads the `emoji` of a button or option: what is stored of it, without nulls.
pub fn read(form: &mut Form<'_>) -> Option<Value> {
    let emoji = form.some("emoji")?;
    let name = emoji.get("name").and_then(Value::as_str).unwrap_or_default();
    let id = emoji.get("id").filter(|id| !id.is_null());
    let fits = match id {
        Some(id) => id.as_str().is_some_and(|id| id.parse::<Id>().is_ok()),
        None => is_unicode(name),
    };
    if !fits {
        form.wrong("emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji");
    }
    let mut stored = json!({ "name": name });
    if let Some(id) = id {
        stored["id"] = id.clone();
    }
    if emoji.get("animated").and_then(Value::as_bool) == Some(true) {
        stored["animated"] = json!(true);
    }
    Some(stored)
}

#[cfg(test)]
mod tests {
    use super::is_unicode;

    #[test]
    fn signs_that_look_like_letters_are_emoji_and_punctuation_is_not() {
        for emoji in ["👍", "👍🏽", "ℹ️", "Ⓜ️", "🅰️", "🇩🇪", "3️⃣", "👩‍🚀", "❤", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"]
        {
            assert!(is_unicode(emoji), "{emoji}");
        }
        for other in ["", "nope", "—", "“", "3", "👍👍", "é"] {
            assert!(!is_unicode(other), "{other}");
        }
    }
}
