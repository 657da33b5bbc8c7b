//! The results as Markdown.

use std::fmt::Write as _;

use crate::measure::Results;

/// One document with all tables.
pub(crate) fn render(results: &Results) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _written = write(&mut out, results);
    out
}

fn write(out: &mut String, results: &Results) -> std::fmt::Result {
    writeln!(
        out,
        "Machine: {}. Commit {}. {} s of load per number.\n",
        results.machine, results.commit, results.seconds
    )?;
    writeln!(
        out,
        "| entities | files | database | start to first page | ingestion | processor time per entity | peak memory | change visible | restart until ready | peak memory after the loads |"
    )?;
    writeln!(out, "| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for start in &results.starts {
        writeln!(
            out,
            "| {} | {} | {} | {:.2} s | {:.1} s | {:.3} ms | {} MB | {:.2} s | {:.2} s | {} MB |",
            start.entities,
            start.files,
            start.engine.name(),
            start.first_page,
            start.ingestion,
            start.ingestion_processor * 1000.0 / f64::from(start.entities),
            start.first_memory / 1_000_000,
            start.change,
            start.restart,
            start.memory / 1_000_000,
        )?;
    }
    writeln!(
        out,
        "\n| entities | request | connections | bytes | per second | of the floor | p50 | p95 | p99 | floor per second | floor p99 | p99 against the floor |"
    )?;
    writeln!(out, "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for load in &results.loads {
        writeln!(
            out,
            "| {} | {} | {} | {} | {:.0} | {:.0} % | {:.2} ms | {:.2} ms | {:.2} ms | {:.0} | {:.2} ms | {:.1} × |",
            load.entities,
            load.what,
            load.connections,
            load.bytes,
            load.portal.per_second,
            100.0 * load.portal.per_second / load.floor.per_second,
            load.portal.p50,
            load.portal.p95,
            load.portal.p99,
            load.floor.per_second,
            load.floor.p99,
            load.portal.p99 / load.floor.p99,
        )?;
    }
    Ok(())
}
