//! What came of the tests of a template.

use ::scaffolder::TestReport;
use ::scaffolder::template_test::TestFile;
use leptos::prelude::*;

use crate::ui::{Badge, Icon, Tone};

/// Where the tests stand on the page of the form.
const TESTS: &str = "template-tests";

/// How they went, in words.
fn words(report: &TestReport) -> (String, Tone) {
    let number = |count: usize, one: &str, more: &str| {
        let word = if count == 1 { one } else { more };
        format!("{count} {word}")
    };
    let (total, failed, unreadable) = (report.total(), report.failed(), report.unreadable());
    if unreadable > 0 {
        let files = number(unreadable, "file of tests is", "files of tests are");
        let failed = if failed > 0 { format!(", {failed} of {total} failed") } else { String::new() };
        return (format!("{files} wrong{failed}"), Tone::Danger);
    }
    if failed > 0 {
        return (format!("{failed} of {} failed", number(total, "test", "tests")), Tone::Danger);
    }
    (format!("{} passed", number(total, "test", "tests")), Tone::Good)
}

/// How they went, on a card; of what went wrong a link tells more.
pub(super) fn tests_badge(report: &TestReport, href: &str, title: &str) -> AnyView {
    let (text, tone) = words(report);
    if tone == Tone::Good {
        return view! { <Badge text tone/> }.into_any();
    }
    let label = format!("{text}: tests of {title}");
    view! { <a href=format!("{href}#{TESTS}") aria-label=label><Badge text tone/></a> }.into_any()
}

/// How they went, with each test and what is wrong with it.
pub(super) fn tests_of_template(report: &TestReport) -> AnyView {
    let (text, tone) = words(report);
    let icon = if tone == Tone::Good { "ok" } else { "error" };
    view! {
        <details class=format!("notice {} template-tests", tone.class())>
            <summary><Icon name=icon/><strong>{text}</strong></summary>
            // Who comes by a link to what is inside gets it opened by the browser.
            <ul id=TESTS>{report.files.iter().map(file).collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn file(TestFile { path, tests }: &TestFile) -> AnyView {
    let rows = match tests {
        Err(wrong) => wrong.iter().map(|wrong| row("wrong", None, &[wrong.to_string()])).collect_view(),
        Ok(tests) => {
            let test = |test: &::scaffolder::template_test::Tried| {
                let state = if test.wrong.is_empty() { "passed" } else { "failed" };
                row(state, Some(&test.name), &test.wrong)
            };
            tests.iter().map(test).collect_view()
        }
    };
    view! { <li><code>{path.clone()}</code><ul>{rows}</ul></li> }.into_any()
}

fn row(state: &'static str, name: Option<&str>, wrong: &[String]) -> AnyView {
    let tone = if state == "passed" { Tone::Good } else { Tone::Danger };
    let wrong = wrong.iter().map(|wrong| view! { <pre>{wrong.clone()}</pre> }).collect_view();
    let name = name.map(|name| format!(" {name}"));
    view! { <li><Badge text=state tone/>{name}{wrong}</li> }.into_any()
}

#[cfg(test)]
mod tests {
    use ::scaffolder::template_test::{Tried, Wrong};

    use super::*;

    #[test]
    fn the_badge_says_how_many_went_how() {
        let file = |results: &[bool]| {
            let test = |passed: &bool| {
                let wrong = if *passed { Vec::new() } else { vec!["why".to_owned()] };
                Tried { name: "one".to_owned(), wrong }
            };
            TestFile { path: "tests/a.yaml".to_owned(), tests: Ok(results.iter().map(test).collect()) }
        };
        let unreadable = || {
            let wrong = Wrong { line: 2, column: 1, message: "This is no YAML.".to_owned() };
            TestFile { path: "tests/b.yaml".to_owned(), tests: Err(vec![wrong]) }
        };
        for (files, expected, tone) in [
            (vec![file(&[true])], "1 test passed", Tone::Good),
            (vec![file(&[true, true]), file(&[true, true])], "4 tests passed", Tone::Good),
            (vec![file(&[true, false]), file(&[true, true])], "1 of 4 tests failed", Tone::Danger),
            (vec![file(&[false])], "1 of 1 test failed", Tone::Danger),
            (vec![unreadable()], "1 file of tests is wrong", Tone::Danger),
            (
                vec![unreadable(), unreadable(), file(&[false, true])],
                "2 files of tests are wrong, 1 of 2 failed",
                Tone::Danger,
            ),
        ] {
            assert_eq!(words(&TestReport { files }), (expected.to_owned(), tone));
        }
    }
}
