//! How rare a pattern or a signal is in ordinary chat: guesses, good enough to put in order.
//!
//! They choose by which of its terms a rule is woken ([`super::clues`]); a wrong guess costs time, never a finding. The words are
//! the commonest of English chat from general knowledge, in three bands; everything else is judged by its length.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::pattern::read;
use super::signal::Signal;

/// In one message of five.
const EVERYWHERE: &str = "a about all am an and are as at be but by can do for from get got had has have he her here him his how i \
    if im in is it its just know like me my no not now of on one or out she so some that the their them then there they this time \
    to up was we were what when who will with would you your yes ok";
/// In one message of twenty.
const OFTEN: &str = "after again also any anyone anything back because been before being best better check come could day did does \
    doing dont down each even every everyone first free give go going good great guys help hey hi hope i'll i've ill ive into \
    join last let lets link live lol long look looking lot love made make making many may maybe mean message more most much must \
    need never new next nice nothing off oh old only open other our over people please post problem question read really right \
    said same say see send should show something soon start still sure take team than thank thanks thats thing think those though \
    through today too try trying two us use used using very want way week well were which while why without work working \
    wrong year years youre";
/// In one message of eighty.
const SOMETIMES: &str = "account actually address already always amount answer app around ask available away bad big bit block bot \
    bridge bug buy call case change channel chat click close code coin community contact contract cost crypto data date days dev \
    different discord dm done early easy either else email end error eth ever exchange fast feel few file find fine fix follow found \
    friend friends full fund funds game gas gift got hard hear hello high hour hours hold idea instead interested invest issue issues \
    key keep kind learn least left less life line list little login lost low man market master member members might mine mint \
    minutes mod money month months morning name network nft node number official once online own part pay phone place plan play point \
    possible price private program project pump put quick real reason recommend release report reply request reward rewards run \
    safe save second sell server service set share site someone sometimes stake step stop support swap system talk telegram \
    tell test text ticket times token tokens tomorrow top trade trading transaction trust tx under understand update user users \
    value version video visit wait wallet wallets website whole win withdraw world worth write x yet";

/// What a word of no band, whole and of average length, is guessed at.
const UNCOMMON: f32 = 0.002;
/// How much rarer two words beside each other are than the rarer of them.
const BESIDE: f32 = 0.15;

static BANDS: LazyLock<HashMap<Vec<u8>, f32>> = LazyLock::new(|| {
    let mut bands = HashMap::new();
    for (words, share) in [(SOMETIMES, 0.0125), (OFTEN, 0.05), (EVERYWHERE, 0.2)] {
        for word in words.split_whitespace() {
            bands.insert(read(word).trim_ascii().to_vec(), share);
        }
    }
    bands
});

/// The guessed share of messages in which a pattern in letter classes occurs.
pub(super) fn of_pattern(pattern: &[u8]) -> f32 {
    let bounded = (pattern.first() == Some(&b' '), pattern.last() == Some(&b' '));
    let words: Vec<&[u8]> = pattern
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty())
        .collect();
    let last = words.len().saturating_sub(1);
    let rarest = words
        .iter()
        .enumerate()
        .map(|(at, word)| of_word(word, at > 0 || bounded.0, at < last || bounded.1))
        .fold(1.0, f32::min);
    rarest * BESIDE.powi(last as i32)
}

/// The guessed share of messages in which any of these occurs.
pub(super) fn of_set(patterns: &[Vec<u8>]) -> f32 {
    patterns.iter().map(|pattern| of_pattern(pattern)).sum()
}

/// `starts`, `ends`: whether the word starts and ends where the pattern says so.
fn of_word(word: &[u8], starts: bool, ends: bool) -> f32 {
    if starts && ends {
        return BANDS.get(word).copied().unwrap_or(match word.len() {
            0..=2 => 0.02,
            3 => UNCOMMON * 2.0,
            4..=7 => UNCOMMON,
            _ => UNCOMMON / 2.0,
        });
    }
    let inside = |common: &&Vec<u8>| match (starts, ends) {
        (true, _) => common.starts_with(word),
        (_, true) => common.ends_with(word),
        _ => memchr::memmem::find(common, word).is_some(),
    };
    let within: f32 = BANDS
        .keys()
        .filter(inside)
        .filter_map(|common| BANDS.get(common))
        .sum();
    let alone = match word.len() {
        0..=2 => 0.3,
        3 => 0.05,
        4 => 0.01,
        5 => UNCOMMON * 2.0,
        6..=8 => UNCOMMON,
        _ => UNCOMMON / 4.0,
    };
    (within + alone).min(1.0)
}

/// The guessed share of messages in which a signal speaks, and what it costs to find out that it does not.
pub(super) fn of_signal(signal: Signal) -> f32 {
    match signal {
        // Wherever there is a digit, this reads the whole text; as a clue it would be asked for too often.
        Signal::MoneyAmount => 0.6,
        Signal::AccountName
        | Signal::Link
        | Signal::NewLink
        | Signal::NewMember
        | Signal::FirstMessage
        | Signal::TextElsewhere => 0.1,
        Signal::UnknownLink | Signal::UnresolvedInvite | Signal::Edited => 0.05,
        Signal::Urgency | Signal::Shouting | Signal::ManyEmoji | Signal::ManyLines | Signal::ManyMentions => {
            0.02
        }
        Signal::PhoneNumber | Signal::SecretAsked => 0.004,
        Signal::BareDomain | Signal::MaskedLink => 0.01,
        _ => 0.003,
    }
}

/// The guessed share of messages with a link to one of a rule's hosts.
pub(super) const OF_HOSTS: f32 = 0.003;
/// The guessed share of messages with a link that imitates a brand.
pub(super) const OF_LOOKALIKES: f32 = 0.001;

#[cfg(test)]
mod tests {
    use super::*;

    fn share(pattern: &str) -> f32 {
        let open = (pattern.starts_with('~'), pattern.ends_with('~'));
        let mut bytes = read(pattern);
        if open.0 {
            bytes.remove(0);
        }
        if open.1 {
            bytes.pop();
        }
        of_pattern(&bytes)
    }

    #[test]
    fn common_words_are_common_and_what_is_longer_is_rarer() {
        for (rarer, commoner) in [
            ("airdrop", "free"),
            ("free mint", "free"),
            ("free mint", "mint"),
            ("seed phrase", "your"),
            ("claim~", "you~"),
            ("metamask", "~ing~"),
            ("~nomic~", "~ing~"),
        ] {
            assert!(
                share(rarer) < share(commoner),
                "{rarer} {} {commoner} {}",
                share(rarer),
                share(commoner)
            );
        }
    }
}
