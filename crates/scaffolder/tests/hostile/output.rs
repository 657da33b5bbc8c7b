//! Links of a run that would run a script.

use integrations::Config;
use platform::database::Database;
use serde_json::json;

use crate::portal::{Around, template};

testkit::on_both_engines! {
    async fn no_script_is_linked(db: Database) {
        let scripts = [
            "javascript:alert(1)", "JaVaScRiPt:alert(1)", " \tjavascript:alert(1)", "java\nscript:alert(1)",
            "java\tscript:alert(1)", "\u{1}javascript:alert(1)", "javascript\u{0}:alert(1)", "\u{200b}javascript:alert(1)",
            "java\u{ad}script:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd",
            "blob:https://example.com/x", "view-source:https://example.com", "ms-msdt:/id",
        ];
        let link = |url: String| json!({ "title": "x", "url": url });
        let log = || json!([{ "action": "debug:log", "input": {} }]);
        let mut templates = Vec::new();
        for (number, script) in scripts.iter().enumerate() {
            let output = json!({ "output": { "links": [link((*script).to_owned())] } });
            templates.push(template(&format!("written-{number}"), log(), output));
        }
        // The same, made while it runs.
        let mut links: Vec<_> = (0..scripts.len()).map(|number| link(format!("${{{{ parameters.urls[{number}] }}}}"))).collect();
        links.push(link("https://example.com".to_owned()));
        let output = json!({ "output": { "links": links, "remoteUrl": "${{ parameters.urls[0] }}" } });
        templates.push(template("made", log(), output));
        let portal = Around::new().portal(&db, &Config::default(), &templates).await;
        // A browser keeps what is no white space and no control character, so these name no scheme and lead nowhere.
        let is_harmless = |url: &str| url.contains(['\u{200b}', '\u{ad}']);
        for (number, script) in scripts.iter().enumerate() {
            let ended = portal.run(&format!("written-{number}"), json!({}), &[]).await;
            let left = ended.output["links"].as_array().map_or(0, Vec::len);
            assert!(left == 0 || is_harmless(script), "{script:?}: {ended:?}");
        }
        let ended = portal.run("made", json!({ "urls": scripts }), &[]).await;
        assert_eq!(ended.state, "completed", "{ended:?}");
        let left: Vec<_> = ended.output["links"].as_array().unwrap().iter().map(|link| link["url"].as_str().unwrap()).collect();
        let expected: Vec<_> = scripts.into_iter().filter(|script| is_harmless(script)).chain(["https://example.com"]).collect();
        assert_eq!(left, expected);
        assert!(ended.output.get("remoteUrl").is_none(), "{ended:?}");
    }
}
