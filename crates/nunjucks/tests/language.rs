//! What the language does beyond the recordings: native values, messages with their places, methods, other delimiters.

use nunjucks::{Environment, Limits, Syntax, Template};
use serde_json::{Map, Value, json};

fn context() -> Map<String, Value> {
    let context = json!({
        "values": { "name": "shop", "tags": ["a", "b"], "count": 3, "on": true, "none": null, "Zahl": 1.5 },
        "wide": "a🚀é",
        "numbered": { "b": 1, "10": 2, "2": 3 },
    });
    context.as_object().cloned().unwrap_or_default()
}

fn environment() -> Environment {
    Environment::default().with_filter("shout", |value, given| {
        let sign = given.first().and_then(Value::as_str).unwrap_or("!");
        match value.as_str() {
            Some(text) => Ok(json!(format!("{text}{sign}"))),
            None => Err("shout takes text.".to_owned()),
        }
    })
}

fn render_as(text: &str, syntax: Syntax) -> String {
    let environment = environment();
    let rendered = Template::parse(text, syntax, &environment)
        .and_then(|template| template.render(&environment, &context(), Limits::default()));
    rendered.unwrap_or_else(|error| format!("! {error}"))
}

fn render(text: &str) -> String {
    render_as(text, Syntax::default())
}

#[test]
fn one_value_alone_keeps_its_type() {
    let environment = environment();
    for (text, expected) in [
        ("${{ values.tags }}", json!(["a", "b"])),
        ("${{ values }}", context()["values"].clone()),
        ("${{ values.count }}", json!(3)),
        ("${{ values.count / 2 }}", json!(1.5)),
        ("${{ values.on }}", json!(true)),
        ("${{ values.none }}", json!(null)),
        ("${{ values.name }}", json!("shop")),
        (" ${{ values.count }}", json!(" 3")),
        ("${{ values.count }}${{ values.on }}", json!("3true")),
        ("no value", json!("no value")),
        ("", json!("")),
    ] {
        let template = Template::parse(text, Syntax::default(), &environment);
        let value =
            template.and_then(|template| template.evaluate(&environment, &context(), Limits::default()));
        assert_eq!(value, Ok(Some(expected)), "{text}");
    }
    let template = Template::parse("${{ missing }}", Syntax::default(), &environment);
    let value = template.and_then(|template| template.evaluate(&environment, &context(), Limits::default()));
    assert_eq!(value, Ok(None), "undefined is no value of JSON");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, expected) in [
        ("a\n  ${{ values. }}", "! line 2, column 15: Expected the name of a member, found }}."),
        ("${{ values.name | shuot }}", "! line 1, column 19: There is no filter `shuot`."),
        ("${{ values.name is prime }}", "! line 1, column 20: There is no test `prime`."),
        ("{% if values.on %}x", "! line 1, column 1: This block has no end. Close it with {% endif %}."),
        ("x {% endif %}", "! line 1, column 3: There is no block `endif` that could begin here."),
        ("{% frobnicate %}", "! line 1, column 1: There is no block `frobnicate` that could begin here."),
        (
            "{% include 'other' %}",
            "! line 1, column 1: `include` would read another template, which is not possible here.",
        ),
        ("${{ 'open }}", "! line 1, column 5: This text has no end. Close it with '."),
        ("${{ 1 + }}", "! line 1, column 9: Expected a value, found }}."),
        ("${{ (1, ", "! line 1, column 1: This ${{ has no end. Close it with }}."),
        ("{# never", "! line 1, column 1: This comment has no end. Close it with #}."),
        ("{% raw %}x", "! line 1, column 1: This raw has no end. Close it with {% endraw %}."),
        (
            "${{ nothing.at.all() }}",
            "! line 1, column 19: `nothing.at.all` can't be called: it is undefined.",
        ),
        ("${{ values.name() }}", "! line 1, column 16: `values.name` can't be called: it is text."),
        (
            "${{ 1 in 5 }}",
            "! line 1, column 7: `in` looks into a list, an object or text, but this is a number.",
        ),
        ("${{ values.count | shout }}", "! line 1, column 18: shout takes text."),
        ("${{ values.count | join }}", "! line 1, column 18: join works on a list, but this is a number."),
        ("${{ f(1 = 2) }}", "! line 1, column 7: Only a name can stand before `=`. To compare, write `==`."),
        ("${{ r/(/.test('a') }}", "! line 1, column 5: The regular expression /(/ can't be used: "),
    ] {
        let told = render(text);
        assert!(told.starts_with(expected), "{text}\n{told}");
    }
}

#[test]
fn filters_can_be_added() {
    assert_eq!(render("${{ values.name | shout }}${{ 'a' | shout('?') | upper }}"), "shop!A?");
}

#[test]
fn methods_count_as_javascript_counts() {
    for (expression, expected) in [
        ("wide.length", "4"),
        ("wide.slice(1, 3)", "🚀"),
        ("wide.slice(-1)", "é"),
        ("wide.indexOf('é')", "3"),
        ("wide.split('').length", "4"),
        ("'a-b-c'.split('-', 2)", "a,b"),
        ("'a1b22c'.split(r/[0-9]+/)", "a,b,c"),
        ("'a1b2'.split(r/([0-9])/)", "a,1,b,2,"),
        ("'shop-api'.replace('-', '_')", "shop_api"),
        ("'a-b-c'.replace('-', '')", "ab-c"),
        ("'a-b-c'.replaceAll('-', '')", "abc"),
        ("'a-b-c'.replace(r/-/g, '$&$&')", "a--b--c"),
        ("'john smith'.replace(r/(\\w+) (\\w+)/, '$2, $1')", "smith, john"),
        ("'price'.replace('i', '$$')", "pr$ce"),
        ("'Shop Api'.match(r/[A-Z]/g)", "S,A"),
        ("'v1.2'.match(r/v(\\d+)/)[1]", "1"),
        ("'x'.match(r/y/)", ""),
        ("'abc'.search(r/c/)", "2"),
        ("r/^[a-z]+$/.test('shop')", "true"),
        ("r/^[a-z]+$/i.test('SHOP')", "true"),
        ("'abc'.at(-1)", "c"),
        ("'abc'.substring(2, 0)", "ab"),
        ("'abc'.substr(-2, 1)", "b"),
        ("'7'.padStart(3, '0')", "007"),
        ("'ab'.padEnd(5, 'xyz')", "abxyz"),
        ("'  a '.trimStart() ~ '|'", "a |"),
        ("'abcabc'.lastIndexOf('b')", "4"),
        ("'abc'.includes('bc')", "true"),
        ("[3, 1, 10].sort()", "1,10,3"),
        ("[1, [2, [3]]].flat()", "1,2,3"),
        ("[1, 2, 3].at(-1)", "3"),
        ("[1, 2].includes(2)", "true"),
        ("[1, 2, 3].indexOf(3)", "2"),
        ("['a', 'b'].reverse()", "b,a"),
        ("1.005.toFixed(1)", "1.0"),
        ("255 .toString(16)", "ff"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("10000000000 * 100000000000", "1e+21"),
        ("1 / 0", "Infinity"),
        ("'a' * 1", "NaN"),
        ("'1' + 2", "12"),
        ("1 + null", "1"),
        ("[1] + [2]", "12"),
        ("'10' < '9'", "true"),
        ("10 < '9'", "false"),
        ("null == undefined", "true"),
        ("null === undefined", "false"),
        ("'' == 0", "true"),
        ("[] == ''", "true"),
        ("2 ** 3 ** 2", "64"),
        ("-2 ** 2", "4"),
        ("7 % -3", "1"),
        ("-7 // 2", "-4"),
        ("values.hasOwnProperty('name')", "true"),
        ("values['na' ~ 'me']", "shop"),
        ("numbered | dump", "{\"2\":3,\"10\":2,\"b\":1}"),
        ("not values.missing and values.on", "true"),
        ("values.missing or 'none'", "none"),
        ("1 if false", ""),
        ("values.tags is iterable and values is mapping", "true"),
        ("values.none is null and values.none is none", "true"),
        ("values.missing is not defined", "true"),
        ("(1, 2)", "2"),
    ] {
        assert_eq!(render(&format!("${{{{ {expression} }}}}")), expected, "{expression}");
    }
}

#[test]
fn lists_are_shared() {
    assert_eq!(render("{% set a = [1] %}{% set b = a %}{% set _ = b.push(2) %}${{ a }}"), "1,2");
    assert_eq!(
        render("{% set a = [] %}{% for i in [1, 2] %}{% set _ = a.push(i * 2) %}{% endfor %}${{ a }}"),
        "2,4"
    );
    assert_eq!(render("${{ values.tags.push('c') }}${{ values.tags }}"), "3a,b,c");
}

#[test]
fn white_space_goes_where_it_is_told_to() {
    let trimmed = Syntax { trim_blocks: true, lstrip_blocks: true, ..Syntax::default() };
    let text = "a\n  {% if true %}\n  b\n  {% endif %}\n${{ 1 }}\nc";
    assert_eq!(render_as(text, trimmed), "a\n  b\n1\nc");
    assert_eq!(render(text), "a\n  \n  b\n  \n1\nc");
    assert_eq!(render("a  {%- if true -%}  b  {%- endif -%}  c"), "abc");
    assert_eq!(render("a  {#- gone -#}  b"), "ab");
    assert_eq!(
        render("{% raw -%}  ${{ x }} {% raw %}{% endraw %} {%- endraw %}."),
        "${{ x }} {% raw %}{% endraw %}."
    );
}

#[test]
fn cookiecutter_has_other_delimiters() {
    assert_eq!(render_as("{{ values.name }} ${{ values.name }}", Syntax::cookiecutter()), "shop $shop");
    assert_eq!(render_as("{{ values | jsonify }}", Syntax::cookiecutter()).chars().next(), Some('{'));
    assert_eq!(render("{{ helm }} and #} stay"), "{{ helm }} and #} stay");
}

#[test]
fn filters_and_tests() {
    for (expression, expected) in [
        ("-3 | abs", "3"),
        ("[1, 2, 3] | batch(2, '-') | dump", "[[1,2],[3,\"-\"]]"),
        ("[1, 2, 3, 4, 5] | slice(2) | dump", "[[1,2,3],[4,5]]"),
        ("'sHOP' | capitalize", "Shop"),
        ("'my shop' | title", "My Shop"),
        ("'ab' | center(5) | replace(' ', '.')", ".ab.."),
        ("missing | default('x')", "x"),
        ("'' | default('x', true)", "x"),
        ("{ b: 2, A: 1 } | dictsort | dump", "[[\"A\",1],[\"b\",2]]"),
        ("{ a: 2, b: 1 } | dictsort(by='value') | first | first", "b"),
        ("'<a href=\"x\">' | escape", "&lt;a href=&quot;x&quot;&gt;"),
        ("'<' | escape | forceescape", "&amp;lt;"),
        ("'3.5 apples' | float", "3.5"),
        ("'0x1f' | int(0, 16)", "31"),
        ("'none' | int(7)", "7"),
        (
            "[{ k: 'x', n: 1 }, { k: 'y', n: 2 }, { k: 'x', n: 3 }] | groupby('k') | dump",
            "{\"x\":[{\"k\":\"x\",\"n\":1},{\"k\":\"x\",\"n\":3}],\"y\":[{\"k\":\"y\",\"n\":2}]}",
        ),
        ("'a\\nb' | indent(2, true)", "  a\n  b"),
        ("[{ n: 'a' }, { n: 'b' }] | join('-', 'n')", "a-b"),
        ("[1, 2, 3] | last", "3"),
        ("{ a: 1 } | length", "1"),
        ("'ab' | list | dump", "[\"a\",\"b\"]"),
        ("'a\\nb' | nl2br", "a<br />\nb"),
        ("[1, 2, 3, 4] | select('odd') | dump", "[1,3]"),
        ("[1, 2, 3, 4] | reject('divisibleby', 2) | dump", "[1,3]"),
        ("[{ a: 1 }, { a: 0 }] | selectattr('a') | length", "1"),
        ("[{ a: 1 }, { a: 0 }] | rejectattr('a') | dump", "[{\"a\":0}]"),
        ("'aaa' | replace('a', 'b', 2)", "bba"),
        ("'a1b2' | replace(r/[0-9]/g, '')", "ab"),
        ("'abc' | reverse", "cba"),
        ("2.5 | round", "3"),
        ("2.123 | round(2, 'ceil')", "2.13"),
        ("['b', 'A', 'c'] | sort | join", "Abc"),
        ("['b', 'A', 'c'] | sort(reverse=true, case_sensitive=true) | join", "cbA"),
        (
            "[{ m: { n: 2 } }, { m: { n: 1 } }] | sort(attribute='m.n') | dump",
            "[{\"m\":{\"n\":1}},{\"m\":{\"n\":2}}]",
        ),
        ("'<p>one  <b>two</b></p>' | striptags", "one two"),
        ("'<p> a </p>\\n\\n\\n\\n<!-- x -->b' | striptags(true)", "a\n\nb"),
        ("[1, 2] | sum", "3"),
        ("[{ n: 1 }, { n: 2 }] | sum('n', 10)", "13"),
        ("'  a ' | trim ~ '|'", "a|"),
        ("'one two three' | truncate(8)", "one two..."),
        ("'one two three' | truncate(8, true, '!')", "one two !"),
        ("'a b&c/ü' | urlencode", "a%20b%26c%2F%C3%BC"),
        ("{ a: 'x y' } | urlencode", "a=x%20y"),
        (
            "'(https://a.example/b) me@a.example' | urlize",
            "<a href=\"https://a.example/b\">https://a.example/b</a> <a href=\"mailto:me@a.example\">me@a.example</a>",
        ),
        (
            "'https://a.example/b' | urlize(9, true)",
            "<a href=\"https://a.example/b\" rel=\"nofollow\">https://a</a>",
        ),
        (
            "'www.a.example, b.org' | urlize",
            "<a href=\"http://www.a.example\">www.a.example</a> <a href=\"http://b.org\">b.org</a>",
        ),
        ("'one two' | wordcount", "2"),
        ("3 is odd and 4 is even and 6 is divisibleby(3)", "true"),
        ("'a' is lower and 'A' is upper and 'a' is string and 1 is number", "true"),
        ("1 is lt(2) and 2 is ge(2) and 1 is ne(2) and 1 is sameas(1)", "true"),
        ("range is callable and values is mapping and 'x' is truthy and '' is falsy", "true"),
        ("range(2, 8, 3) | join(',')", "2,5"),
    ] {
        assert_eq!(render(&format!("${{{{ {expression} }}}}")), expected, "{expression}");
    }
}

#[test]
fn a_cycler_goes_round_and_a_joiner_stands_between() {
    assert_eq!(
        render("{% set c = cycler('a', 'b') %}${{ c.next() }}${{ c.next() }}${{ c.next() }}${{ c.current }}"),
        "abaa"
    );
    assert_eq!(
        render("{% set j = joiner('|') %}{% for x in [1, 2, 3] %}${{ j() }}${{ x }}{% endfor %}"),
        "1|2|3"
    );
}

#[test]
fn what_a_template_reads_is_found_without_rendering() {
    for (text, expected) in [
        ("${{ steps['fetch'].output[parameters.at].deep }}", "parameters.at steps.fetch.output"),
        ("${{ steps.a.output.x | pick(values.key) }}", "steps.a.output.x values.key"),
        ("${{ failure() and always(1) and not x.y() }}", "failure() always() x.y"),
        ("{% for tag in values.tags %}${{ tag.name }}${{ loop.index }}{% endfor %}", "values.tags"),
        ("{% set a = b.c %}{% if d is defined %}{{ a }}${{ a.x }}{% endif %}", "b.c d"),
        ("{% macro m(x, y=z.w) %}${{ x }}${{ y }}${{ v }}{% endmacro %}${{ m(u) }}", "z.w v u"),
        ("{% switch s %}{% case c %}${{ {k: [i]} }}{% endswitch %}", "s c i"),
        ("plain {{ text }}", ""),
    ] {
        let environment = environment().with_filter("pick", |value, _| Ok(value.clone()));
        let found = Template::parse(text, Syntax::default(), &environment).map(|template| {
            let shown = |reference: nunjucks::Reference| {
                reference.path.join(".") + if reference.called { "()" } else { "" }
            };
            template.references().into_iter().map(shown).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(found, Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn functions_can_be_added() {
    let environment =
        Environment::default().with_function("always", |_| Ok(json!(true))).with_function("first", |given| {
            given.first().cloned().ok_or_else(|| "first needs a value.".to_owned())
        });
    for (text, expected) in [
        ("${{ always() }}", Ok(Some(json!(true)))),
        ("${{ first(values.tags) }}", Ok(Some(json!(["a", "b"])))),
        ("${{ first() }}", Err("line 1, column 10: first needs a value.")),
        ("${{ never() }}", Err("line 1, column 10: `never` can't be called: it is undefined.")),
    ] {
        let value = Template::parse(text, Syntax::default(), &environment)
            .and_then(|template| template.evaluate(&environment, &context(), Limits::default()));
        assert_eq!(value.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{text}");
    }
}

#[test]
fn renderings_can_share_a_budget() {
    let environment = Environment::default();
    let template = Template::parse("${{ 'x' * 1 }}some text", Syntax::default(), &environment);
    let budget = nunjucks::Budget::new(Limits { bytes: 50, ..Limits::default() });
    let rendered: Vec<_> = (0..9)
        .map(|_| template.clone().and_then(|t| t.render_within(&environment, &context(), &budget)).is_ok())
        .take_while(|done| *done)
        .collect();
    assert!((1..9).contains(&rendered.len()), "{}", rendered.len());
}
