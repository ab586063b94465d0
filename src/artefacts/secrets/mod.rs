//! What must never be kept: seed phrases, private keys, and the tokens and keys that open an account, a bot or a webhook.
//!
//! | what | where |
//! |---|---|
//! | seed phrases of the lists in Latin letters, and the lists | `seed`, `wordlists` |
//! | seed phrases in Japanese, Korean, Chinese | `scripts` |
//! | private keys in one piece, as arrays, in PEM blocks | `keys` |
//! | private keys broken over lines or in groups | `pieces` |
//! | Discord's tokens and webhooks | `tokens` |
//! | exchanges' keys, other services' tokens | `services` |
//! | what the words around a string say about it | `context` |
//!
//! [`find`] runs on every message before anything else sees it, so it first asks cheap questions and allocates
//! nothing when the answer is no. [`redact`] replaces each secret with a mask of **exactly** its length in bytes:
//! every offset behind it stays true, and a mask tells a moderator what stood there without showing any of it.
//!
//! A false alarm here costs a few masked words; a miss writes somebody's savings into a log. Where a checksum exists
//! it decides; where the text says "my seed phrase is" a mistyped phrase is taken at its word.
//!
//! Not here: what happens to the message (policy), what its owner is told (`discord::words`), and secrets that people
//! *ask* for (rules).

mod context;
mod keys;
mod pieces;
mod scripts;
mod seed;
mod services;
mod tokens;
mod view;
mod wordlists;

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use view::View;

use super::runs;

/// No secret is written in fewer bytes: a service's token with its prefix.
const SHORTEST: usize = 26;

/// How often [`redact`] looks again, in case a mask changes how its neighbour reads.
const PASSES: usize = 4;

/// What was given away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// 12 to 24 words of a BIP-39 list.
    SeedPhrase,
    /// A Bitcoin-style private key in wallet import format, or one encrypted after BIP-38.
    Wif,
    /// An extended private key after BIP-32 (`xprv`, `yprv`, `zprv` …).
    ExtendedKey,
    /// 32 bytes in hexadecimal: the private key of an EVM account and of much else.
    EvmKey,
    /// A Solana key pair, in base58 or as an array of 64 numbers.
    SolanaKeypair,
    /// A private key in bech32 (`suiprivkey1…`, `nsec1…`).
    Bech32Key,
    /// A private key in a PEM block: of a server, a domain, an account.
    PemKey,
    /// The token of a Discord bot or account.
    DiscordToken,
    /// The address of a Discord webhook, which lets anyone write through it.
    WebhookUrl,
    /// The token of a Telegram bot.
    TelegramToken,
    /// A key to an exchange's or a cloud's programming interface.
    ExchangeKey,
    /// A token of another service (`ghp_…`, `xoxb-…`, `sk_live_…`).
    AccessToken,
}

impl SecretKind {
    /// Every kind, in order.
    pub const ALL: [Self; 12] = [
        Self::SeedPhrase,
        Self::Wif,
        Self::ExtendedKey,
        Self::EvmKey,
        Self::SolanaKeypair,
        Self::Bech32Key,
        Self::PemKey,
        Self::DiscordToken,
        Self::WebhookUrl,
        Self::TelegramToken,
        Self::ExchangeKey,
        Self::AccessToken,
    ];

    /// A stable name for storage and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::SeedPhrase => "seed_phrase",
            Self::Wif => "wif",
            Self::ExtendedKey => "extended_key",
            Self::EvmKey => "evm_key",
            Self::SolanaKeypair => "solana_keypair",
            Self::Bech32Key => "bech32_key",
            Self::PemKey => "pem_key",
            Self::DiscordToken => "discord_token",
            Self::WebhookUrl => "webhook_url",
            Self::TelegramToken => "telegram_token",
            Self::ExchangeKey => "exchange_key",
            Self::AccessToken => "access_token",
        }
    }

    /// Whether whoever reads it can empty a wallet (and not merely use a bot, a webhook or an account).
    pub fn opens_a_wallet(self) -> bool {
        matches!(
            self,
            Self::SeedPhrase
                | Self::Wif
                | Self::ExtendedKey
                | Self::EvmKey
                | Self::SolanaKeypair
                | Self::Bech32Key
        )
    }

    /// What the mask says. Shorter than any secret, and no word of it is a secret's own context.
    fn label(self) -> &'static str {
        match self {
            Self::SeedPhrase => "seed phrase removed",
            Self::Wif
            | Self::ExtendedKey
            | Self::EvmKey
            | Self::SolanaKeypair
            | Self::Bech32Key
            | Self::PemKey => "private key removed",
            Self::DiscordToken | Self::TelegramToken => "bot token removed",
            Self::ExchangeKey | Self::AccessToken => "access token removed",
            Self::WebhookUrl => "webhook address removed",
        }
    }
}

/// Where a secret stands, in bytes of the text as given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretSpan {
    /// What it is.
    pub kind: SecretKind,
    /// Where it is; on character boundaries.
    pub span: Range<usize>,
}

/// A text without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted<'t> {
    /// The text, each secret replaced by a mask of the same length in bytes; borrowed when there was none.
    pub text: Cow<'t, str>,
    /// What was replaced, in order.
    pub found: Vec<SecretSpan>,
}

/// The secrets of `text`: sorted, not overlapping. Allocates nothing when there is none and `text` does not look
/// as if there were.
pub fn find(text: &str) -> Vec<SecretSpan> {
    let mut found = Vec::new();
    if text.len() < SHORTEST {
        return found;
    }
    if text.is_ascii() {
        find_in(&View::plain(text), &mut found);
    } else {
        if view::might_hide(text) {
            find_in(&View::folded(text), &mut found);
        }
        scripts::find(text, &mut found);
    }
    tidy(found)
}

/// `text` with every secret masked. Nothing that [`find`] would find is left.
///
/// ```
/// use nightdesk::artefacts::secrets;
///
/// let text = "help! 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ does not import";
/// let redacted = secrets::redact(text);
/// assert!(redacted.text.starts_with("help! [private key removed...."));
/// assert_eq!(redacted.text.len(), text.len());
/// ```
pub fn redact(text: &str) -> Redacted<'_> {
    let mut redacted = Redacted {
        text: Cow::Borrowed(text),
        found: Vec::new(),
    };
    for _ in 0..PASSES {
        let found = find(&redacted.text);
        if found.is_empty() {
            break;
        }
        let text = redacted.text.to_mut();
        for secret in &found {
            text.replace_range(secret.span.clone(), &mask(secret));
        }
        redacted.found.extend(found);
    }
    redacted.found = tidy(redacted.found);
    redacted
}

fn find_in(view: &View<'_>, found: &mut Vec<SecretSpan>) {
    seed::find(view, found);
    keys::find_arrays(view, found);
    pieces::find(view, found);
    let mut solids = runs::graphic(view.bytes(), SHORTEST).peekable();
    if solids.peek().is_none() {
        return;
    }
    // A PEM block has lines of 64 characters.
    keys::find_pem(view, found);
    for solid in solids {
        seed::find_joined(view, solid.clone(), found);
        keys::find(view, solid.clone(), found);
        tokens::find(view, solid.clone(), found);
        services::find(view, solid, found);
    }
}

/// `[seed phrase removed.....]`, filled with dots to the length of what it replaces.
fn mask(secret: &SecretSpan) -> String {
    let width = secret.span.len();
    let label = secret.kind.label();
    if width < label.len() + 2 {
        return ".".repeat(width);
    }
    format!("[{label}{}]", ".".repeat(width - label.len() - 2))
}

/// Sorts, and joins what overlaps: under the kind that starts first, but a wallet's key before all others.
fn tidy(mut found: Vec<SecretSpan>) -> Vec<SecretSpan> {
    found.sort_by_key(|secret| (secret.span.start, std::cmp::Reverse(secret.span.end)));
    found.dedup_by(|next, kept| {
        let overlaps = next.span.start < kept.span.end;
        if overlaps {
            kept.span.end = kept.span.end.max(next.span.end);
            if next.kind.opens_a_wallet() && !kept.kind.opens_a_wallet() {
                kept.kind = next.kind;
            }
        }
        overlaps
    });
    found
}

#[cfg(test)]
mod tests;
