//! The signal `secret-asked`: somebody asks for a seed phrase or a key.
//!
//! Asking is an order: a verb of handing over, then the secret, near each other, in one breath. "Never send your seed phrase",
//! "I lost my seed phrase" and "he asked me to enter the seed phrase" contain the same words and ask for nothing: a
//! negation, a first person or a report before the verb, or *my* before the secret, takes the suspicion away.
//! All of it is looked for in letter classes, so disguises do not matter here.

/// What a word does in such a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Hands something over.
    Verb,
    /// Uses something.
    UseVerb,
    /// *Your*.
    Yours,
    /// The secret.
    Secret,
    /// Turns the sentence into a warning, a report or a question of one's own.
    Excuse,
    /// The same, but only right beside the verb.
    NearExcuse,
    /// Contains a word of excuse and excuses nothing.
    NoExcuse,
}

/// Verbs that hand something over.
pub(super) const VERBS: &[&str] = &[
    "send",
    "give",
    "share",
    "provide",
    "submit",
    "dm",
    "pm",
    "message",
    "drop",
    "reveal",
    "forward",
    "post",
    "tell",
    "need your",
    "need ur",
    "supply",
    "reply with",
    "hand over",
    "text",
    "show",
    "email",
    "screenshot",
    "read out",
    "dictate",
];
/// Verbs of everyday use, which ask for something only together with *your*: documentation tells people to enter a key.
pub(super) const USE_VERBS: &[&str] = &[
    "enter",
    "input",
    "type",
    "paste",
    "import",
    "confirm",
    "verify",
    "validate",
    "fill",
    "fill in",
    "insert",
    "upload",
    "key in",
    "sync",
    "put",
    "require",
    "requires",
    "export",
    "connect with",
    "use",
    "register",
    "what is",
    "whats",
];
/// Whose secret is asked for.
pub(super) const YOURS: &[&str] = &["your", "ur", "yours", "urs", "youre", "yr"];
/// Secrets, as people call them.
pub(super) const SECRETS: &[&str] = &[
    "seed phrase*",
    "seedphrase*",
    "seed words",
    "recovery phrase*",
    "secret phrase*",
    "secret recovery phrase*",
    "recovery words",
    "secret words",
    "backup words",
    "wallet words",
    "recovery seed",
    "wallet phrase*",
    "mnemonic*",
    "backup phrase*",
    "12 word*",
    "24 word*",
    "12word*",
    "24word*",
    "twelve word*",
    "private key*",
    "privatekey*",
    "wallet seed",
    "wallet key",
    "secret key*",
    "passphrase*",
    "key phrase*",
    "keyphrase*",
    "phrase key*",
    "keystore file",
    "seed key*",
    "wallet password",
];
/// What takes the suspicion away when it stands shortly before.
pub(super) const EXCUSES: &[&str] = &[
    "never",
    "not",
    "dont",
    "wont",
    "doesnt",
    "cant",
    "cannot",
    "shouldnt",
    "wouldnt",
    "didnt",
    "no one",
    "nobody",
    "noone",
    "without",
    "stop",
    "if anyone",
    "if someone",
    "anyone who",
    "anyone asking",
    "asked me",
    "asking me",
    "asked for",
    "asks for",
    "asking for",
    "ask for",
    "told me",
    "wants me",
    "tried to",
    "someone who",
    "people who",
    "scammer*",
    "scam*",
    "phish*",
    "how do i",
    "how can i",
    "how to",
    "should i",
    "can i",
    "do i",
    "attacker*",
    "rather than",
    "instead of",
    "where do",
    "beware",
    "careful",
];
/// What takes it away only right before the verb, or between the verb and the secret.
pub(super) const NEAR_EXCUSES: &[&str] = &[
    "i", "i just", "ill", "my", "our", "their", "his", "her", "they", "users", "no",
];
/// A negation that is about something else than handing over: comfort, a purpose, what is broken. Senders open with these.
pub(super) const NO_EXCUSES: &[&str] = &[
    "dont worry",
    "dont panic",
    "dont be afraid",
    "dont be scared",
    "dont hesitate",
    "dont waste",
    "dont miss",
    "not to worry",
    "not to lose",
    "to stop",
    "not showing",
    "not visible",
    "not appearing",
    "not working",
    "not loading",
    "not synced",
    "not syncing",
    "not connected",
    "not connecting",
    "not received",
    "not arrived",
    "doesnt show",
    "doesnt work",
    "doesnt appear",
    "doesnt load",
    "cant see",
    "cant withdraw",
    "cant access",
    "cant find",
    "cannot see",
    "cannot withdraw",
    "cannot access",
];

/// How far the secret may stand behind the verb, in bytes of a reading.
const REACH: usize = 48;
/// How far before the secret *your* may stand.
const OWNED: usize = 12;
/// How far back an excuse is looked for.
const BACK: usize = 48;
/// How far back a near excuse is looked for.
const NEAR: usize = 12;

/// A word that was seen: its role and where it stands, boundary spaces included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) role: Role,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The first request in this reading, from the verb to the secret.
pub(super) fn request(seen: &[Seen]) -> Option<(u32, u32)> {
    let of = |role: Role| seen.iter().filter(move |word| word.role == role);
    for secret in of(Role::Secret) {
        for verb in of(Role::Verb).chain(of(Role::UseVerb)) {
            // *Your* belongs to the secret, not to a wallet that a key is entered into.
            let yours = || {
                of(Role::Yours).any(|yours| {
                    verb.start < yours.start
                        && yours.start < secret.end
                        && (secret.start as usize) < yours.end as usize + OWNED
                })
            };
            if verb.role == Role::UseVerb && !yours() {
                continue;
            }
            let near = verb.end <= secret.start + 1 && (secret.start as usize) < verb.end as usize + REACH;
            let speaks_of_something_else = |excuse: &Seen| {
                of(Role::NoExcuse).any(|other| other.start <= excuse.start && excuse.end <= other.end)
            };
            let stands_before = |role: Role, back: usize| {
                of(role).any(|excuse| {
                    (excuse.end as usize) + back > verb.start as usize
                        && excuse.end <= secret.start + 1
                        && !speaks_of_something_else(excuse)
                })
            };
            let excused = stands_before(Role::Excuse, BACK) || stands_before(Role::NearExcuse, NEAR);
            if near && !excused {
                return Some((verb.start, secret.end));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a sentence in lower case and without punctuation asks for a secret.
    fn asks(sentence: &str) -> bool {
        let text = format!(" {sentence} ");
        let mut seen = Vec::new();
        for (words, role) in [
            (VERBS, Role::Verb),
            (YOURS, Role::Yours),
            (SECRETS, Role::Secret),
            (EXCUSES, Role::Excuse),
            (NO_EXCUSES, Role::NoExcuse),
        ] {
            for word in words {
                let word = format!(" {} ", word.trim_end_matches('*'));
                seen.extend(text.match_indices(&word).map(|(start, found)| Seen {
                    role,
                    start: start as u32,
                    end: (start + found.len()) as u32,
                }));
            }
        }
        request(&seen).is_some()
    }

    #[test]
    fn a_negation_excuses_handing_over_and_nothing_else() {
        for sentence in [
            "dont worry send me your seed phrase",
            "if it is not showing send your seed phrase",
            "to avoid a loss send your seed phrase",
            "to stop the attack send your private key",
        ] {
            assert!(asks(sentence), "{sentence}");
        }
        for sentence in [
            "dont send your seed phrase",
            "dont worry but never send your seed phrase",
            "it is not wise to share your private key",
        ] {
            assert!(!asks(sentence), "{sentence}");
        }
    }
}
