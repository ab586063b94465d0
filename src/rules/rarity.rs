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
    wrong year years youre https http support wallet code add address example chain www com";
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
    value version video visit wait wallet wallets website whole win withdraw world worth write x yet able above across actual added     adding agree alone along answers anyway application apps area asked asking asks based become behind below between bitcoin     blockchain both break brought build building built business button called calls care cases certain chance changed changes check     checked choose class clear closed coins command common company compile complete computer config connect connected contracts     control copy correct country couple course create created currently custom cut daily deal default defi delete deposit design     desktop details developer developers device devices didnt directly docs document doesnt doing download drive drop dropped during     edit enable ended enough enter entire errors especially etc everything exactly examples except expect expected experience     explain export extra face fact fail failed fair family feature features field files final finally finance financial fixed folder     force form forum free front function further future general getting github given gives global goes gone google gotten group     groups guess guide half hand hands happen happened happening happens hash having head heard hearing help helped helpful helps     history home hope huge human image import important include included info information input install installed interesting     internet job key kinda knew knows language large later latest launch law leave legit let level library lines linux loading local     locked logs longer looked looks loss mac machine main major manage manager many mapping matter meaning means memory mention     mentioned menu method minute missing mode mobile moment months mostly move moved multiple music myself names native near nearly     needed needs networks node nodes none normal note notes noticed numbers object offer office okay older opened opening opinion     option options order original otherwise output outside owner package packages page pages paid paper parent parts pass password     past paste path paying people per perfect perhaps period person personal phrase picture piece ping plus pm pointing pool port     position post posted posting power pretty prices probably process product production profile programs proper protocol provide     public published purchase push python quite quickly quote random rate rather read reading ready receive received recent     recently record recover recovery regular related remember remove removed repo require required research reset response rest     restart result results return returns role roles room root route rule rules running safely sale saw says scam scroll search     section secure security seed seem seems seen selling sending sends sense sent separate series services session sets setting     settings setup several share shared sharing ship shopping short showing shows side sign signed similar simple simply since     single sites situation size small social software sold solution somebody somehow somewhere sorry sort sounds source space     special specific speed spend spot stable staff standard started starting state status stay steps stopped stopping storage store     story string stuff style sucks suggest supported supports suppose supposed surely sync talking taken takes talked task teams tech     terminal terms testing themselves third thread threads throw tool tools topic total totally track transfer transactions tried     true trusted turn type types typing unless updated updates upgrade upload using usually validator various verified verify views     virtual vote waiting walk wanted wants warning wasnt watch web weeks whatever whenever whether willing window windows wish within     word words worked workers works worse wouldnt writing written wrote yesterday young yours yourself";

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

/// What the common words that a piece is part of come to, by the piece: one that begins them, one that ends them, or any.
/// Rules ask for thousands of pieces whenever they are loaded.
#[derive(Default)]
struct Pieces {
    first: HashMap<&'static [u8], f32>,
    last: HashMap<&'static [u8], f32>,
    any: HashMap<&'static [u8], f32>,
}

static PIECES: LazyLock<Pieces> = LazyLock::new(|| {
    let mut pieces = Pieces::default();
    for (word, share) in &*BANDS {
        for start in 0..word.len() {
            for end in start + 1..=word.len() {
                let piece = &word[start..end];
                if start == 0 {
                    *pieces.first.entry(piece).or_default() += share;
                }
                if end == word.len() {
                    *pieces.last.entry(piece).or_default() += share;
                }
                // A piece that a word holds twice counts once.
                if word.windows(piece.len()).position(|one| one == piece) == Some(start) {
                    *pieces.any.entry(piece).or_default() += share;
                }
            }
        }
    }
    pieces
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

/// The guessed share of messages in which an expression's gate opens: one of each of these sets, in order and near each other, and so many
/// kinds of characters that are no letters.
pub(super) fn of_gate(sets: impl Iterator<Item = f32>, kinds: usize) -> f32 {
    let mut sets: Vec<f32> = sets.map(|share| share.min(1.0)).collect();
    sets.sort_by(f32::total_cmp);
    let rarest = sets.first().copied().unwrap_or(1.0);
    // Words that go together come together: the others tell less than chance would have it.
    let others: f32 = sets.iter().skip(1).map(|share| share.sqrt()).product();
    rarest * others * 0.5_f32.powi(kinds.min(4) as i32)
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
    let pieces = match (starts, ends) {
        (true, _) => &PIECES.first,
        (_, true) => &PIECES.last,
        _ => &PIECES.any,
    };
    let within = pieces.get(word).copied().unwrap_or_default();
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
