//! Lists that come, change, stay away, and lie, against a server that answers as it is told.

use async_trait::async_trait;

use super::*;
use crate::app::chance::FixedChance;
use crate::app::outbound::FetchError;
use crate::model::ManualClock;

const NOW: Timestamp = Timestamp(1_795_305_600_000);
const EVEN: FixedChance = FixedChance(0.5);

/// A server that answers as it is told, and remembers what it was asked.
#[derive(Debug, Default)]
struct Server {
    answer: Mutex<Option<Result<Fetched, FetchError>>>,
    asked: Mutex<Vec<Fetch>>,
}

impl Server {
    fn will(&self, answer: Result<Fetched, FetchError>) {
        *self.answer.lock().unwrap() = Some(answer);
    }

    fn serves(&self, body: &str, etag: &str) {
        self.will(Ok(Fetched::Changed {
            body: body.as_bytes().to_vec(),
            etag: Some(etag.to_owned()),
            last_modified: None,
        }));
    }

    fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl Outbound for Server {
    async fn fetch(&self, fetch: &Fetch) -> Result<Fetched, FetchError> {
        self.asked.lock().unwrap().push(fetch.clone());
        let answer = self.answer.lock().unwrap().clone();
        answer.unwrap_or(Err(FetchError::Refused(503)))
    }
}

struct Setting {
    server: Arc<Server>,
    clock: ManualClock,
    folder: tempfile::TempDir,
    file: String,
}

impl Setting {
    fn of(file: &str) -> Self {
        Self {
            server: Arc::default(),
            clock: ManualClock::at(NOW),
            folder: tempfile::tempdir().unwrap(),
            file: file.to_owned(),
        }
    }

    /// The lists as a bot that starts now would have them.
    async fn starts(&self) -> Feeds {
        let path = self.folder.path().join("feeds.toml");
        let file = FeedFile::parse(&self.file, &path).unwrap();
        let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let outbound: Arc<dyn Outbound> = Arc::clone(&self.server) as _;
        let feeds = Feeds::new(file, self.folder.path().join("copies"), rules, outbound);
        feeds.open(&self.clock, &EVEN).await;
        feeds
    }

    async fn looks_again(&self, feeds: &Feeds, after: Duration) {
        self.clock.advance(after);
        feeds.refresh_due(&self.clock, &EVEN).await;
    }
}

const ONE_URL: &str = "[[feed]]\nid = \"alpha\"\nurl = \"https://lists.example/bad.txt\"\nformat = \"plain\"\nexpires_days = 2\n";

#[tokio::test]
async fn a_list_is_fetched_put_in_force_and_asked_for_by_its_version_later() {
    let set = Setting::of(ONE_URL);
    let feeds = set.starts().await;
    assert!(feeds.in_force().is_empty());
    set.server.serves("evil.example\ncloudfront.net\n", "\"1\"");
    set.looks_again(&feeds, Duration::ZERO).await;
    assert!(feeds.in_force().lists("a.evil.example") && !feeds.in_force().lists("x.cloudfront.net"));
    assert_eq!(
        feeds.in_force().listing("evil.example").unwrap().since,
        "2026-11-22"
    );

    set.looks_again(&feeds, Duration::from_hours(1)).await;
    assert_eq!(set.server.times_asked(), 1, "it is not due");
    set.server.will(Ok(Fetched::Unchanged));
    set.looks_again(&feeds, Duration::from_hours(6)).await;
    assert_eq!(set.server.asked.lock().unwrap()[1].etag.as_deref(), Some("\"1\""));
    assert!(feeds.in_force().lists("evil.example"));

    // Two days later another name joins; the old one keeps its day, and one that left is gone.
    set.server.serves("evil.example\nfresh.example\n", "\"2\"");
    set.looks_again(&feeds, Duration::from_hours(40)).await;
    assert_eq!(
        feeds.in_force().listing("evil.example").unwrap().since,
        "2026-11-22"
    );
    assert_eq!(
        feeds.in_force().listing("fresh.example").unwrap().since,
        "2026-11-23"
    );
    assert_eq!(feeds.troubles(set.clock.now()), []);
}

#[tokio::test]
async fn a_failed_refresh_keeps_the_last_good_copy_and_is_told() {
    let set = Setting::of(ONE_URL);
    let feeds = set.starts().await;
    set.server.serves("evil.example\n", "\"1\"");
    set.looks_again(&feeds, Duration::ZERO).await;
    let failures = [
        Err(FetchError::Refused(500)),
        Err(FetchError::TooLarge(1)),
        Ok(Fetched::Changed {
            body: b"<html>\n<body>we are moving house</body>\n</html>\n".to_vec(),
            etag: None,
            last_modified: None,
        }),
    ];
    set.clock.advance(Duration::from_hours(5));
    for failure in failures {
        set.server.will(failure);
        let before = set.server.times_asked();
        set.looks_again(&feeds, Duration::from_hours(2)).await;
        assert_eq!(set.server.times_asked(), before + 1);
        assert!(feeds.in_force().lists("evil.example"));
        let troubles = feeds.troubles(set.clock.now());
        assert_eq!((troubles[0].id.as_str(), troubles[0].in_force), ("alpha", 1));
    }
    // A bot that starts while the server is away goes on with the copy.
    let again = set.starts().await;
    assert!(again.in_force().lists("evil.example"));
}

#[tokio::test]
async fn failures_are_tried_again_more_and_more_slowly() {
    let set = Setting::of(ONE_URL);
    let feeds = set.starts().await;
    for (minutes, asked) in [(0, 1), (4, 1), (1, 2), (5, 2), (5, 3), (15, 3), (5, 4)] {
        set.looks_again(&feeds, Duration::from_mins(minutes)).await;
        assert_eq!(set.server.times_asked(), asked, "after {minutes} more minutes");
    }
}

#[tokio::test]
async fn a_copy_that_nobody_confirmed_for_too_long_is_no_longer_believed() {
    let set = Setting::of(ONE_URL);
    let feeds = set.starts().await;
    set.server.serves("evil.example\n", "\"1\"");
    set.looks_again(&feeds, Duration::ZERO).await;
    set.server.will(Err(FetchError::Refused(404)));
    set.looks_again(&feeds, Duration::from_hours(47)).await;
    assert!(feeds.in_force().lists("evil.example"));
    set.looks_again(&feeds, Duration::from_hours(2)).await;
    assert!(!feeds.in_force().lists("evil.example"));
    let troubles = feeds.troubles(set.clock.now());
    assert!(
        troubles[0].what.contains("too old") && troubles[0].what.contains("404"),
        "{troubles:?}"
    );
    assert_eq!(troubles[0].in_force, 0);
    assert!(set.starts().await.in_force().is_empty());

    set.server.serves("evil.example\n", "\"2\"");
    set.looks_again(&feeds, Duration::from_hours(7)).await;
    assert!(feeds.in_force().lists("evil.example"));
}

#[tokio::test]
async fn a_damaged_copy_is_fetched_anew() {
    let set = Setting::of(ONE_URL);
    let feeds = set.starts().await;
    set.server.serves("evil.example\n", "\"1\"");
    set.looks_again(&feeds, Duration::ZERO).await;
    let copy = set.folder.path().join("copies/alpha.feed");
    let mut bytes = std::fs::read(&copy).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&copy, bytes).unwrap();

    let feeds = set.starts().await;
    assert!(feeds.in_force().is_empty());
    assert!(feeds.troubles(NOW)[0].what.contains("damaged"));
    set.looks_again(&feeds, Duration::ZERO).await;
    assert_eq!(
        set.server.asked.lock().unwrap()[1].etag,
        None,
        "no version is known"
    );
    assert!(feeds.in_force().lists("evil.example"));
}

#[tokio::test]
async fn a_file_is_in_force_from_the_start_and_read_again_when_it_changes() {
    let file = "[[feed]]\nid = \"ours\"\npath = \"bad.txt\"\nformat = \"hosts\"\n\n\
                [[feed]]\nid = \"friends\"\npath = \"good.txt\"\nformat = \"plain\"\nkind = \"allow\"\n";
    let set = Setting::of(file);
    std::fs::write(
        set.folder.path().join("bad.txt"),
        "0.0.0.0 evil.example\n0.0.0.0 shared.example\n",
    )
    .unwrap();
    std::fs::write(set.folder.path().join("good.txt"), "good.shared.example\n").unwrap();
    let feeds = set.starts().await;
    assert!(feeds.in_force().lists("evil.example") && feeds.in_force().lists("bad.shared.example"));
    assert!(
        !feeds.in_force().lists("good.shared.example"),
        "an exact welcome wins"
    );

    std::fs::write(
        set.folder.path().join("bad.txt"),
        "0.0.0.0 another-evil.example\n",
    )
    .unwrap();
    set.looks_again(&feeds, Duration::from_mins(1)).await;
    assert!(feeds.in_force().lists("another-evil.example") && !feeds.in_force().lists("evil.example"));

    std::fs::remove_file(set.folder.path().join("bad.txt")).unwrap();
    set.looks_again(&feeds, Duration::from_hours(7)).await;
    assert!(
        feeds.in_force().lists("another-evil.example"),
        "the last good copy stays"
    );
    assert_eq!(feeds.troubles(set.clock.now())[0].id, "ours");
    assert_eq!(set.server.times_asked(), 0, "nobody is asked for a file");
}

#[tokio::test]
async fn without_lists_nothing_is_done() {
    let set = Setting::of("");
    let feeds = set.starts().await;
    set.looks_again(&feeds, Duration::from_hours(24)).await;
    assert_eq!(set.server.times_asked(), 0);
    assert!(!set.folder.path().join("copies").exists());
}
