//! Connections as such: what holds one open, and what the end of the portal waits for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::{Duration, Instant};

use testkit::Portal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PORTICO: &str = env!("CARGO_BIN_EXE_portico");

/// A connection on which this was sent.
async fn sent(portal: &Portal, text: &str) -> TcpStream {
    let mut connection = TcpStream::connect(portal.address().trim_start_matches("http://")).await.unwrap();
    connection.write_all(text.as_bytes()).await.unwrap();
    connection
}

/// Reads until `end` has come.
async fn read_until(connection: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut part = [0; 4096];
        let length = connection.read(&mut part).await.unwrap();
        assert_ne!(length, 0, "the connection ended after {text:?}");
        text.push_str(std::str::from_utf8(&part[..length]).unwrap());
    }
    text
}

#[tokio::test]
async fn whoever_asks_for_nothing_does_not_delay_the_end() {
    let mut portal = Portal::start(PORTICO, [""; 0]).await;
    let silent = sent(&portal, "").await;
    let half_a_head = sent(&portal, "GET / HTTP/1.1\r\nHost: localhost\r\n").await;
    let mut idle = sent(&portal, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    read_until(&mut idle, "ok\n").await;
    let mut half_a_second_head = sent(&portal, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    read_until(&mut half_a_second_head, "ok\n").await;
    half_a_second_head.write_all(b"GET / HTTP/1.1\r\nHo").await.unwrap();
    // An answer on a connection that came later: those above have been taken up.
    assert_eq!(portal.get("/healthz").await.status(), 200);

    let asked = Instant::now();
    assert!(portal.terminate().await, "{}", portal.output());
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(5), "the end took {took:?}:\n{}", portal.output());
    assert!(!portal.output().contains("cut off"), "{}", portal.output());
    drop((silent, half_a_head, idle, half_a_second_head));
}

#[tokio::test]
async fn a_request_that_is_under_way_is_answered_before_the_end() {
    let mut portal = Portal::start(PORTICO, [""; 0]).await;
    let body = "{\"entityRefs\": []}";
    let head = format!(
        "POST /api/catalog/entities/by-refs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut connection = sent(&portal, &head).await;
    // The handler waits for the body now.
    read_until(&mut connection, "HTTP/1.1 100 Continue\r\n\r\n").await;
    let ending = tokio::spawn(async move { (portal.terminate().await, portal) });
    // The portal is ending when it takes no connection any more.
    let peer = connection.peer_addr().unwrap();
    testkit::eventually("an end of listening", Duration::from_secs(10), || async {
        TcpStream::connect(peer).await.is_err().then_some(())
    })
    .await;
    connection.write_all(body.as_bytes()).await.unwrap();
    let answer = read_until(&mut connection, "{\"items\":[]}").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let (ended_well, portal) = ending.await.unwrap();
    assert!(ended_well, "{}", portal.output());
}
