//! What is written, and what hostile texts come to.

use proptest::prelude::*;

use super::{to_html, to_text};

#[test]
fn markdown_becomes_html_and_words() {
    for (text, html, words) in [
        ("", "", ""),
        ("Takes *orders*.", "<p>Takes <em>orders</em>.</p>\n", "Takes orders."),
        ("**b**~~d~~`c`", "<p><strong>b</strong><del>d</del><code>c</code></p>\n", "bdc"),
        ("one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>\n", "one two three"),
        ("- a\n- b\n", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", "a b"),
        ("3. c\n", "<ol start=\"3\">\n<li>c</li>\n</ol>\n", "c"),
        ("# One\n## Two\n###### Six", "<h3>One</h3>\n<h4>Two</h4>\n<h6>Six</h6>\n", "One Two Six"),
        (
            "[home](/catalog)",
            "<p><a href=\"/catalog\" rel=\"nofollow noopener external\">home</a></p>\n",
            "home",
        ),
        (
            "<https://example.com/?a=1&b>",
            "<p><a href=\"https://example.com/?a=1&amp;b\" rel=\"nofollow noopener external\">https://example.com/?a=1&amp;b</a></p>\n",
            "https://example.com/?a=1&b",
        ),
        ("```rust\nlet x;\n```", "<pre><code>let x;\n</code></pre>\n", "let x;"),
        (
            "|a|b|\n|-|:-:|\n|1|2|",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table>\n",
            "a b 1 2",
        ),
        ("![a *map*](https://evil.example/x.png)", "<p>a <em>map</em></p>\n", "a map"),
        ("Q&A of <stock>", "<p>Q&amp;A of &lt;stock&gt;</p>\n", "Q&A of <stock>"),
    ] {
        assert_eq!(to_html(text), html, "{text:?}");
        assert_eq!(to_text(text), words, "{text:?}");
    }
}

#[test]
fn nothing_hostile_comes_through() {
    for text in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<div style=\"position:fixed\" onclick=alert(1)>\n\nx\n\n</div>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](&#1;javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "[x](https://a.example \"\\\" onmouseover=alert(1) \\\"\")",
        "![x\" onerror=\"alert(1)](x)",
        "# h {#id .class onclick=alert(1)}",
        "```\" onclick=alert(1)\nx\n```",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "\0<script>",
    ] {
        let html = to_html(text);
        assert_eq!(foreign(&html), Vec::<String>::new(), "{text:?} became {html}");
    }
}

#[test]
fn deep_and_long_texts_end() {
    for piece in [">", "- ", "*", "**a ", "[", "![", "`", "<", "|", "\t", "&", "(", "1. "] {
        let text = piece.repeat(20_000);
        let html = to_html(&text);
        assert_eq!(foreign(&html), Vec::<String>::new(), "{piece:?}");
        let depth = html.matches("<blockquote>").count() + html.matches("<ul>").count();
        assert!(depth <= 24 || !html.contains("<blockquote>"), "{piece:?} is nested {depth} times");
    }
}

/// The tags that a page must not show, as they stand in the HTML.
fn foreign(html: &str) -> Vec<String> {
    const PLAIN: &str =
        "blockquote br code del em h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul";
    let is_plain = |tag: &str| PLAIN.split(' ').any(|known| tag.trim_start_matches('/') == known);
    let is_start = |tag: &str| {
        let number = tag.strip_prefix("ol start=\"").and_then(|rest| rest.strip_suffix('"'));
        number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    let is_link = |tag: &str| {
        let rest =
            tag.strip_suffix("rel=\"nofollow noopener external\"").and_then(|tag| tag.strip_prefix('a'));
        let Some(rest) = rest.map(str::trim) else { return false };
        let address = rest.strip_prefix("href=\"").and_then(|rest| rest.strip_suffix('"'));
        rest.is_empty()
            || address.is_some_and(|address| {
                let scheme = address.split(['/', '?', '#']).next().unwrap_or_default();
                let known = ["http:", "https:", "mailto:"]
                    .iter()
                    .any(|known| scheme.to_lowercase().starts_with(known));
                !address.contains('"') && (known || !scheme.contains(':'))
            })
    };
    let tags = html.split('<').skip(1).map(|piece| piece.split('>').next().unwrap_or_default());
    tags.filter(|tag| !is_plain(tag) && !is_start(tag) && !is_link(tag) && *tag != "/a")
        .map(str::to_owned)
        .collect()
}

proptest! {
    #[test]
    fn no_text_becomes_anything_else(text in "([<>\"'&*_`#\\[\\]()!:|~=a-z /\n-]|javascript:|<script>|onerror=|https://){0,60}") {
        let html = to_html(&text);
        prop_assert_eq!(foreign(&html), Vec::<String>::new(), "{}", html);
        let _words = to_text(&text);
    }
}
