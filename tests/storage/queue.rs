//! The queue of cases: its filters, its order, its pages.

use nightdesk::model::ChannelId;
use nightdesk::storage::CaseFilter;

use crate::fixtures::*;

#[tokio::test]
async fn the_queue_is_filtered_and_turned_page_by_page_the_oldest_first() {
    let fresh = fresh().await;
    for id in 1..=3 {
        case(&*fresh.store, HOME, id, "x").await;
    }
    let numbers = async |filter: CaseFilter| -> Vec<u32> {
        let cases = fresh.store.cases(HOME, filter).await.unwrap();
        cases.iter().map(|case| case.number).collect()
    };
    let only = |rule: &str, channel, before: i64| CaseFilter {
        rule: Some(rule.to_owned()),
        channel: Some(ChannelId(channel)),
        opened_before: Some(later(before)),
        oldest_first: true,
        ..CaseFilter::default()
    };
    assert_eq!(numbers(only("free-nitro", 500, 1)).await, [1, 2, 3]);
    assert_eq!(numbers(only("another", 500, 1)).await, [] as [u32; 0]);
    assert_eq!(numbers(only("free-nitro", 501, 1)).await, [] as [u32; 0]);
    assert_eq!(numbers(only("free-nitro", 500, 0)).await, [] as [u32; 0]);
    assert_eq!(
        numbers(CaseFilter {
            offset: 1,
            limit: 1,
            ..only("free-nitro", 500, 1)
        })
        .await,
        [2]
    );
}
