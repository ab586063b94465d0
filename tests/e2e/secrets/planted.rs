//! Secrets that anybody may know, the forms in which people write them down, and the search for what is left of them.

use std::fs;
use std::path::{Path, PathBuf};

use bip39::{Language, Mnemonic};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

use crate::night::{Night, everything_in};

/// Seed phrases of Trezor's test vectors for BIP-39.
pub const PHRASES: [&str; 4] = [
    "legal winner thank year wave sausage worth useful legal winner thank yellow",
    "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
    "scheme spot photo card baby mountain device kick cradle pact join borrow",
    "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group \
     space point ten exist slush involve unfold",
];
/// The phrase that most surfaces get.
pub const PHRASE: &str = PHRASES[2];
/// A private key in wallet import format: the example of the Bitcoin wiki.
pub const WIF: &str = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
/// An extended private key: the first test vector of BIP-32.
pub const XPRV: &str = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi";
/// The private key of the first account of Foundry's `anvil`.
pub const EVM: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// A Solana key pair as wallets export it: private key and public key, in base58.
pub fn solana() -> String {
    bs58::encode(SigningKey::from_bytes(&[7; 32]).to_keypair_bytes()).into_string()
}

/// A phrase in every language of BIP-39 but English, plainly laid out.
pub fn foreign_phrases() -> Vec<(String, String)> {
    [
        Language::Spanish,
        Language::French,
        Language::Italian,
        Language::Portuguese,
        Language::Czech,
        Language::Japanese,
        Language::Korean,
        Language::SimplifiedChinese,
        Language::TraditionalChinese,
    ]
    .into_iter()
    .map(|language| {
        let phrase = Mnemonic::from_entropy_in(language, &[0x2d; 16]).expect("16 bytes make a phrase");
        (language.to_string(), phrase.to_string())
    })
    .collect()
}

/// Keys and tokens of services, and the words by which their owner is told what to do. Assembled, so that no scanner of
/// repositories takes this file for a leak.
pub fn tokens() -> Vec<(&'static str, String, &'static str)> {
    let random = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6kL9nP2rS5tU8wX1zA4cE7gI0kM3oR6uW";
    vec![
        ("a GitHub token", ["ghp_", &random[..36]].concat(), "revoke"),
        ("a Slack token", ["xoxb-", &random[..50]].concat(), "revoke"),
        (
            "a Telegram token",
            ["123456789", ":AA", &random[2..35]].concat(),
            "@BotFather",
        ),
        (
            "an exchange's key",
            format!("my binance api secret is {}", &random[..64]),
            "withdrawals",
        ),
        (
            "a Discord token",
            ["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDe", &random[..38]].join("."),
            "Reset Token",
        ),
        (
            "a webhook",
            format!(
                "https://discord.com/api/webhooks/123456789012345678/{}",
                &random[..68]
            ),
            "Integrations",
        ),
        (
            "a key file",
            format!(
                "-----BEGIN {0}-----\n{1}\n{1}\n-----END {0}-----",
                "EC PRIVATE KEY",
                &random[..64]
            ),
            "new key pair",
        ),
    ]
}

/// The ways in which people write a phrase down, or are told to.
pub fn forms_of(phrase: &str) -> Vec<(&'static str, String)> {
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let each = |write: &dyn Fn(usize, &str) -> String, between: &str| {
        let written: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(at, word)| write(at, word))
            .collect();
        written.join(between)
    };
    vec![
        ("plain", format!("is this one still good? {phrase}")),
        ("numbered", each(&|at, word| format!("{}. {word}", at + 1), " ")),
        ("one a line", each(&|_, word| word.to_owned(), "\n")),
        (
            "a numbered list",
            each(&|at, word| format!("{}) {word}", at + 1), "\n"),
        ),
        ("capitals", phrase.to_uppercase()),
        ("commas", words.join(", ")),
        ("zero-width between words", words.join("\u{200b} ")),
        (
            "zero-width inside words",
            each(&|_, word| format!("{}\u{200b}{}", &word[..1], &word[1..]), " "),
        ),
        (
            "bold and italic",
            each(
                &|at, word| {
                    if at % 2 == 0 {
                        format!("**{word}**")
                    } else {
                        format!("*{word}*")
                    }
                },
                " ",
            ),
        ),
        ("spoilers", each(&|_, word| format!("||{word}||"), " ")),
        ("code", format!("```\n{phrase}\n```")),
        ("quoted", each(&|_, word| format!("> {word}"), "\n")),
        ("dashes", words.join("-")),
        (
            "full-width",
            phrase
                .chars()
                .map(|c| match c {
                    ' ' => ' ',
                    c => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
                })
                .collect(),
        ),
    ]
}

/// Where a text gives one of the secrets away: three words of a phrase in a row, or a good part of a key.
fn leak_in(text: &str) -> Option<String> {
    // As JSON a line break is a letter behind a backslash.
    let text = text.replace("\\n", " ").replace("\\u200b", "");
    let visible: String = text.chars().filter(|c| *c != '\u{200b}').map(narrow).collect();
    let lower = visible.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    for phrase in PHRASES {
        let phrase: Vec<&str> = phrase.split_whitespace().collect();
        for three in phrase.windows(3) {
            if words.windows(3).any(|seen| seen == three) {
                return Some(three.join(" "));
            }
        }
    }
    for (_, phrase) in foreign_phrases() {
        let phrase: Vec<&str> = phrase.split_whitespace().collect();
        if let Some(three) = phrase.windows(3).find(|three| visible.contains(&three.join(" "))) {
            return Some(three.join(" "));
        }
    }
    let (solana, tokens) = (solana(), tokens());
    let keys = [WIF, XPRV, EVM, solana.as_str()].into_iter();
    for key in keys.chain(tokens.iter().map(|(_, token, _)| token.as_str())) {
        // What stands around a token is no secret: its own random part is.
        let key = key.lines().find(|line| line.len() >= 64).unwrap_or(key);
        let key = key.rsplit([' ', '/']).next().unwrap_or(key);
        for piece in [&key[..20], &key[key.len() - 20..]] {
            if lower.contains(&piece.to_lowercase()) {
                return Some(piece.to_owned());
            }
        }
    }
    None
}

/// The ASCII sign that a full-width one shows.
fn narrow(c: char) -> char {
    match c as u32 {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn strings_in(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings_in(item, found)),
        Value::Object(fields) => {
            found.extend(fields.keys().cloned());
            fields.values().for_each(|field| strings_in(field, found));
        }
        _ => {}
    }
}

/// Every file in a folder and those inside it.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .flat_map(|path| {
            if path.is_dir() {
                files_under(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Fails when a secret stands in a file of the bot, in a message of the bot or in a request.
#[track_caller]
pub fn assert_nothing_leaked(night: &Night) {
    let mut leaks = Vec::new();
    let files = files_under(&night.folder());
    assert!(
        files.iter().any(|file| file.ends_with("nightdesk.db")),
        "the database is among {files:?}"
    );
    for file in files {
        let bytes = fs::read(&file).expect("the file can be read");
        if let Some(leak) = leak_in(&String::from_utf8_lossy(&bytes)) {
            leaks.push(format!("{}: {leak}", file.display()));
        }
    }
    for request in night.discord.rest().record.all() {
        let mut texts = vec![request.path.clone(), request.query.clone()];
        texts.extend(request.headers.iter().map(|(_, value)| value.clone()));
        texts.extend(request.files.iter().cloned());
        strings_in(&request.body, &mut texts);
        // A text may be spread over several strings, such as the fields of a card.
        texts.push(texts.join(" "));
        if let Some(leak) = texts.iter().find_map(|text| leak_in(text)) {
            leaks.push(format!("{} {}: {leak}", request.method, request.path));
        }
    }
    let state = night.discord.state();
    let bot = state.bot_id();
    for message in state.messages.values() {
        if message.author.user_id() == Some(bot)
            && let Some(leak) = leak_in(&everything_in(message))
        {
            leaks.push(format!("a message of the bot: {leak}"));
        }
    }
    assert!(leaks.is_empty(), "secrets leaked:\n{}", leaks.join("\n"));
}

/// Looks while the bot runs and its journal is there, and once it has ended.
pub async fn finds_no_trace(night: &mut Night) {
    night.until_idle().await;
    assert_nothing_leaked(night);
    night.discord.mark_all_read();
    night.stops_bot().await;
    assert_nothing_leaked(night);
}

#[test]
fn the_search_itself_finds_a_secret_in_every_form() {
    for phrase in PHRASES {
        for (form, text) in forms_of(phrase) {
            assert!(leak_in(&text).is_some(), "{form}: {text}");
            assert!(
                leak_in(&json!(text).to_string()).is_some(),
                "{form} as JSON: {text}"
            );
        }
    }
    for key in [WIF, XPRV, EVM, &solana()] {
        assert!(leak_in(&format!("x {key} y")).is_some(), "{key}");
    }
    for (what, secret) in foreign_phrases() {
        assert!(leak_in(&secret).is_some(), "{what}");
    }
    for (what, secret, _) in tokens() {
        assert!(leak_in(&secret).is_some(), "{what}");
    }
    assert_eq!(leak_in("the winner of the year, thank you"), None);
}
