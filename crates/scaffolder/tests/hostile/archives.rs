//! Archives of a host that means harm: their names climb out, lead through links, or say nothing about how much is in them.

use std::io::Write as _;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use integrations::{Config, GitlabConfig};
use platform::database::Database;
use serde_json::json;
use tar::{Builder, EntryType, Header};

use crate::portal::{Around, template};

/// Kind, name, and content or what the link says.
type Told<'a> = (EntryType, &'a str, &'a [u8]);

/// The entries of each project of the host, and what the person is told.
fn archives() -> Vec<(Vec<u8>, &'static str)> {
    let (file, link, hard) = (EntryType::Regular, EntryType::Symlink, EntryType::Link);
    let told: [(&[Told<'_>], &str); 9] = [
        (
            &[(file, "x/skeleton/a", b"a"), (file, "../victim", b"x")],
            r#""../victim" leads out of the folder"#,
        ),
        (&[(file, "x/skeleton/../../../outside/victim", b"x")], "leads out of the folder"),
        (&[(file, "/tmp/portico-victim", b"x")], r#""/tmp/portico-victim" leads out of the folder"#),
        (&[(file, "x/skeleton/..\\victim", b"x")], "holds what no file name has"),
        (
            &[(link, "x/skeleton/way", b"../../outside"), (file, "x/skeleton/way/victim", b"x")],
            r#""way/victim" lies where "way" does"#,
        ),
        (&[(hard, "x/skeleton/a", b"../../outside/victim")], r#""x/skeleton/a" is a hard link"#),
        (&[(EntryType::Fifo, "x/skeleton/a", b"")], "neither a file nor a folder nor a link"),
        // What only the folder of a run refuses: Git's own folder, and the names of devices.
        (&[(file, "x/skeleton/.git/hooks/pre-commit", b"x")], "belongs to Git alone"),
        (&[(file, "x/skeleton/nul", b"x")], "names a device"),
    ];
    let mut archives: Vec<_> = told.iter().map(|(entries, told)| (archive(entries), *told)).collect();
    for (bytes, told) in [
        (
            header(file, "x/skeleton/a", 1 << 32).as_bytes().as_slice(),
            "more than 2000 files or 67108864 bytes",
        ),
        (b"no archive", "can't be read"),
    ] {
        let mut archive = GzEncoder::new(Vec::new(), Compression::fast());
        archive.write_all(bytes).expect("written");
        archives.push((archive.finish().expect("compressed"), told));
    }
    archives
}

/// A header whose name nobody looks at.
fn header(kind: EntryType, name: &str, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.as_gnu_mut().expect("GNU's").name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(size);
    header.set_cksum();
    header
}

fn archive(entries: &[Told<'_>]) -> Vec<u8> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (kind, name, content) in entries {
        let is_link = matches!(*kind, EntryType::Symlink | EntryType::Link);
        let mut header = header(*kind, name, if is_link { 0 } else { content.len() as u64 });
        if is_link {
            header.as_gnu_mut().expect("GNU's").linkname[..content.len()].copy_from_slice(content);
            header.set_cksum();
        }
        archive.append(&header, if is_link { b"".as_slice() } else { content }).expect("an entry");
    }
    archive.into_inner().and_then(GzEncoder::finish).expect("compressed")
}

#[expect(clippy::disallowed_methods, reason = "a stranger's routes, not the portal's")]
async fn host() -> String {
    let archives: Vec<_> =
        archives().into_iter().map(|(archive, _)| axum::body::Bytes::from(archive)).collect();
    let answer = move |Path(project): Path<String>| {
        let number: usize =
            project.strip_prefix("acme/").and_then(|name| name.parse().ok()).expect("a number");
        std::future::ready(archives[number].clone())
    };
    let router = Router::new().route("/api/v4/projects/{project}/repository/archive.tar.gz", get(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    host
}

testkit::on_both_engines! {
    async fn no_archive_of_a_host_leads_out_of_the_folder_of_a_run(db: Database) {
        let host = host().await;
        let mut templates = Vec::new();
        let archives = archives();
        for number in 0..archives.len() {
            for action in ["fetch:plain", "fetch:template"] {
                let url = format!("http://{host}/acme/{number}/-/tree/main/skeleton");
                let steps = json!([
                    { "action": action, "input": { "url": url, "targetPath": "a/b" } },
                    { "action": "debug:log", "input": { "listWorkspace": "with-contents" }, "if": "${{ always() }}" },
                ]);
                templates.push(template(&format!("{}-{number}", action.replace(':', "-")), steps, json!({})));
            }
        }
        let gitlab = GitlabConfig {
            api_base_url: None,
            base_url: Some(format!("http://{host}")),
            token: None,
            host,
        };
        let network = Config { gitlab: vec![gitlab], ..Config::default() };
        let portal = Around::new().portal(&db, &network, &templates).await;
        for (number, (_, told)) in archives.iter().enumerate() {
            for action in ["fetch-plain", "fetch-template"] {
                portal.fails(&format!("{action}-{number}"), told).await;
            }
        }
        assert!(!std::path::Path::new("/tmp/portico-victim").exists());
    }
}
