//! What actions do on GitLab, shown on a server of ours that answers as GitLab documents it, with real repositories.

mod merge_request;
mod publish;
mod upkeep;

use integrations::Config;

use super::*;
use crate::peers::gitlab::Peer;

impl Bench {
    /// A bench whose GitLab is a peer.
    fn on(peer: &Peer) -> Self {
        let config = Config { gitlab: vec![peer.integration()], ..Config::default() };
        Self::reaching(&config, Limits::default())
    }
}

/// Runs an action with a cut before and behind each of its requests in turn, and once more to its end. What the peer holds has to
/// be what an undisturbed run leaves, whichever request it was.
async fn survives_cuts(
    peer: &Peer,
    prepare: impl Fn(&str) -> Bench,
    id: &str,
    input: impl Fn(&str) -> Value,
) {
    let undisturbed = prepare("undisturbed");
    peer.count_anew();
    undisturbed.given(id, input("undisturbed")).await;
    let requests = peer.requests();
    let expected = peer.state("undisturbed");
    assert!(requests > 0, "{id}");
    for number in 1..=requests {
        for answered in [false, true] {
            let name = format!("cut-{number}-{answered}");
            let bench = prepare(&name);
            let cut = peer.cut(number, answered);
            tokio::select! {
                done = bench.run(id, input(&name)) => panic!("{id} {name}: not cut off, but {done:?}"),
                () = cut.notified() => {}
            }
            peer.mend();
            bench.given(id, input(&name)).await;
            assert_eq!(peer.state(&name), expected, "{id} {name}");
        }
    }
}
