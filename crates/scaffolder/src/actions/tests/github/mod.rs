//! What actions do on GitHub, shown on a program that others wrote (`emulate`) with a front that can cut a run off, and that
//! answers in the way of GitHub what that program lacks.

mod events;
mod merged;
mod publish;
mod pull_request;
mod settings;
mod upkeep;

use integrations::Config;

use super::*;
use crate::peers::github::Peer;

impl Bench {
    /// A bench whose GitHub is a peer.
    fn at(peer: &Peer) -> Self {
        let config = Config { github: vec![peer.integration()], ..Config::default() };
        Self::reaching(&config, Limits::default())
    }

    /// The same with the memory of a run that never ran.
    fn another_run(self, name: &str) -> Self {
        Self { journal: Memory::new(name), ..self }
    }
}

/// Runs an action with a cut behind each of its requests in turn, and once more to its end. What the peer holds has to be what
/// an undisturbed run leaves, whichever request it was.
async fn survives_cuts(
    peer: &Peer,
    prepare: impl AsyncFn(&str) -> Bench,
    id: &str,
    input: impl Fn(&str) -> Value,
) {
    let undisturbed = prepare("undisturbed").await;
    peer.count_anew();
    let given = undisturbed.given(id, input("undisturbed")).await;
    let requests = peer.requests();
    let expected = peer.state("undisturbed").await;
    assert!(requests > 3, "{requests} requests");
    for number in 1..=requests {
        for answered in [false, true] {
            let name = format!("cut-{number}-{answered}");
            let bench = prepare(&name).await;
            let cut = peer.cut(number, answered);
            tokio::select! {
                done = bench.run(id, input(&name)) => panic!("{name}: not cut off, but {done:?}"),
                () = cut.notified() => {}
            }
            peer.mend();
            let again = bench.given(id, input(&name)).await;
            assert_eq!(peer.state(&name).await, expected, "{name}");
            assert_eq!(
                again.to_string().replace(&name, "undisturbed").len(),
                given.to_string().len(),
                "{name}: {again}"
            );
        }
    }
}
