//! The shipped rules against the reference data beside the project: every disguise of the evasion corpus through the
//! surface it appears on, real scams, real harmless chat. Prints the figures and each miss; `cargo test -- --nocapture` shows
//! them. Skipped with a printed reason where the data is absent as a whole; a file that is missing beside the others fails.

use std::path::Path;

use nightdesk::artefacts::secrets;
use nightdesk::rules::{
    DomainSet, Level, Part, Place, Ruleset, ScanContext, Scratch, UnlistedInvites, Verdict,
};
use serde_json::Value;

/// The fewest malicious and benign rows that must be judged rightly, of 46 and 16.
const FEWEST_FOUND: usize = 46;
const FEWEST_RIGHT: usize = 16;

/// What the shipped rules must reach on real texts, in shares: scams found, scams removed, harmless messages removed and
/// flagged, harmless sentences about wallets removed, well-known hosts flagged, listed hosts flagged without any list.
const LEAST_FOUND: f64 = 0.92;
const LEAST_REMOVED: f64 = 0.80;
/// The same of the fifth of all campaigns that was set aside before the first rule was written: only its share is ever shown.
const LEAST_FOUND_UNREAD: f64 = 0.75;
const MOST_WRONGLY_REMOVED: f64 = 0.001;
const MOST_WRONGLY_FLAGGED: f64 = 0.005;
const MOST_DOCS_REMOVED: f64 = 0.004;
const MOST_GOOD_HOSTS_FLAGGED: f64 = 0.001;
const LEAST_BAD_HOSTS_FLAGGED: f64 = 0.45;
/// The largest share of harmless ASCII messages that may need more than the plain reading.
const MOST_SLOW: f64 = 0.05;

fn shipped() -> Ruleset {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    Ruleset::load(&rules).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The rows of a data file, if the data is there.
fn rows(name: &str) -> Option<Vec<Value>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !data.is_dir() {
        println!("skipped: {} is not there", data.display());
        return None;
    }
    let text = std::fs::read_to_string(data.join(name))
        .unwrap_or_else(|error| panic!("{name} is missing beside the other data: {error}"));
    Some(
        text.lines()
            .map(|row| serde_json::from_str(row).expect("a row is JSON"))
            .collect(),
    )
}

/// How many texts there are, how many are at least suspicious, how many are removed.
fn counts(ruleset: &Ruleset, rows: &[Value]) -> (f64, f64, f64) {
    let mut scratch = Scratch::new();
    let (mut found, mut removed) = (0, 0);
    for row in rows {
        let verdict = judge(ruleset, row, &mut scratch);
        found += u32::from(verdict.level > Level::Clean);
        removed += u32::from(verdict.level == Level::Scam);
    }
    (f64::from(rows.len() as u32), f64::from(found), f64::from(removed))
}

#[test]
fn real_scams_are_found_and_real_chat_stays_up() {
    let (Some(scams), Some(ham), Some(docs)) = (
        rows("texts_scam.jsonl"),
        rows("texts_ham.jsonl"),
        rows("texts_ham_docs.jsonl"),
    ) else {
        return;
    };
    let ruleset = shipped();
    let (scams, found, removed) = counts(&ruleset, &scams);
    let (ham, suspected, wrongly_removed) = counts(&ruleset, &ham);
    let (docs, docs_suspected, docs_removed) = counts(&ruleset, &docs);
    println!("scams: {found} of {scams} found, {removed} of them removed");
    println!("harmless chat: {suspected} of {ham} suspected, {wrongly_removed} of them removed");
    println!(
        "harmless sentences about wallets: {docs_suspected} of {docs} suspected, {docs_removed} of them removed"
    );
    assert!(found / scams >= LEAST_FOUND, "{found} of {scams} scams found");
    assert!(
        removed / scams >= LEAST_REMOVED,
        "{removed} of {scams} scams removed"
    );
    assert!(
        wrongly_removed / ham <= MOST_WRONGLY_REMOVED,
        "{wrongly_removed} of {ham} harmless messages removed"
    );
    assert!(
        suspected / ham <= MOST_WRONGLY_FLAGGED,
        "{suspected} of {ham} harmless messages flagged"
    );
    assert!(
        docs_removed / docs <= MOST_DOCS_REMOVED,
        "{docs_removed} of {docs} harmless sentences removed"
    );
}

/// As `nightdesk eval --holdout only`: a row is set aside by its campaign, or else by its id.
#[test]
fn scams_of_campaigns_that_nobody_read_are_found() {
    let Some(mut scams) = rows("texts_scam.jsonl") else {
        return;
    };
    scams.retain(|row| {
        let campaign = row["cluster"].as_str().or_else(|| row["id"].as_str());
        crc32fast::hash(campaign.unwrap_or_default().as_bytes()).is_multiple_of(5)
    });
    let (all, found, removed) = counts(&shipped(), &scams);
    println!("scams set aside: {found} of {all} found, {removed} of them removed");
    assert!(all > 50.0, "only {all} scams were set aside");
    assert!(
        found / all >= LEAST_FOUND_UNREAD,
        "{found} of {all} scams that were set aside are found"
    );
}

#[test]
fn hosts_give_themselves_away_and_well_known_ones_are_left_alone() {
    let (Some(bad), Some(good)) = (rows("domains_bad.jsonl"), rows("domains_good.jsonl")) else {
        return;
    };
    let ruleset = shipped();
    let as_link = |row: &Value| {
        let host = row["domain"].as_str().unwrap_or_default();
        serde_json::json!({ "text": format!("https://{host}") })
    };
    let bad: Vec<Value> = bad.iter().map(as_link).collect();
    let good: Vec<Value> = good.iter().map(as_link).collect();
    let (bad, found, removed) = counts(&ruleset, &bad);
    println!("listed hosts, no list loaded: {found} of {bad} flagged, {removed} of them removed");
    let (good, flagged, wrongly_removed) = counts(&ruleset, &good);
    println!("well-known hosts: {flagged} of {good} flagged, {wrongly_removed} of them removed");
    assert!(
        found / bad >= LEAST_BAD_HOSTS_FLAGGED,
        "{found} of {bad} listed hosts flagged"
    );
    assert!(
        flagged / good <= MOST_GOOD_HOSTS_FLAGGED,
        "{flagged} of {good} well-known hosts flagged"
    );
}

#[test]
fn hardly_any_harmless_ascii_message_needs_the_slow_path() {
    let Some(ham) = rows("texts_ham.jsonl") else {
        return;
    };
    let ruleset = shipped();
    let mut scratch = Scratch::new();
    let (mut all, mut slow) = (0_u32, 0_u32);
    for row in &ham {
        let text = row["text"].as_str().unwrap_or_default();
        if text.is_ascii() {
            ruleset.scan(
                &[Part::new(Place::Content, text)],
                &ScanContext::default(),
                &mut scratch,
            );
            all += 1;
            slow += u32::from(scratch.took_slow_path());
        }
    }
    println!("slow path: {slow} of {all} harmless ASCII messages");
    assert!(
        f64::from(slow) <= f64::from(all) * MOST_SLOW,
        "{slow} of {all} messages"
    );
}

#[test]
fn disguises_do_not_hide_a_scam_and_lookalikes_of_scams_stay_up() {
    let Some(rows) = rows("evasion_dev.jsonl") else {
        return;
    };
    let ruleset = shipped();
    let mut scratch = Scratch::new();
    let (mut found, mut malicious, mut right, mut benign) = (0, 0, 0, 0);
    for row in &rows {
        let verdict = judge(&ruleset, row, &mut scratch);
        let rules: Vec<&str> = verdict.counting().map(|finding| &*finding.rule).collect();
        let id = row["id"].as_str().unwrap_or_default();
        if row["kind"] == "malicious" {
            malicious += 1;
            if verdict.level > Level::Clean {
                found += 1;
            } else {
                println!(
                    "missed: {id} {} (score {}, {rules:?})",
                    row["text"], verdict.score
                );
            }
        } else {
            benign += 1;
            let any = row["must_not"]
                .as_array()
                .is_some_and(|list| list.iter().any(|signal| signal == "any"));
            let allowed = if any { Level::Clean } else { Level::Suspicious };
            if verdict.level <= allowed {
                right += 1;
            } else {
                println!(
                    "false alarm: {id} {} (score {}, {rules:?})",
                    row["text"], verdict.score
                );
            }
        }
    }
    println!(
        "evasion corpus: {found} of {malicious} malicious rows found, {right} of {benign} benign rows right"
    );
    assert!(
        found >= FEWEST_FOUND,
        "only {found} of {malicious} malicious rows were found"
    );
    assert!(
        right >= FEWEST_RIGHT,
        "only {right} of {benign} benign rows were right"
    );
}

fn judge(ruleset: &Ruleset, row: &Value, scratch: &mut Scratch) -> Verdict {
    let denied: DomainSet = ["evil-drainer.example"].into_iter().collect();
    let own = ["OWNVANITY".to_owned()];
    let staff = ["Alice".to_owned()];
    let context = ScanContext {
        own_invites: &own,
        staff_names: &staff,
        denied_hosts: Some(&denied),
        unlisted_invites: UnlistedInvites::Foreign,
        ..ScanContext::default()
    };
    let place: Place = row["surface"]
        .as_str()
        .unwrap_or("content")
        .parse()
        .expect("a known surface");
    let redacted = secrets::redact(row["text"].as_str().unwrap_or_default());
    let mut parts = vec![Part {
        place,
        text: &redacted.text,
        secrets: &redacted.found,
    }];
    let names = row["attachments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    parts.extend(
        (0..)
            .zip(names)
            .map(|(index, name)| Part::new(Place::AttachmentName { index }, name)),
    );
    ruleset.scan(&parts, &context, scratch)
}
