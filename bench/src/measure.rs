//! What is measured, in which order.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::RunArguments;
use crate::generate::{self, Random, Shape, component_name};
use crate::load::{self, Latency, Request};
use crate::portal::{Engine, Portal, configure};

/// Distinct requests per load.
const DISTINCT: u32 = 2_000;
/// Distinct requests of a load that asks nothing twice while anything of the first time is remembered.
const NEVER_ASKED: u32 = 20_000;
/// Edits of a file whose slowest is told.
const EDITS: u32 = 5;
/// Port of the floor.
const FLOOR_PORT: u16 = 7_999;

/// Everything that one run found.
pub(crate) struct Results {
    pub(crate) starts: Vec<Start>,
    pub(crate) loads: Vec<Load>,
    pub(crate) machine: String,
    pub(crate) commit: String,
    pub(crate) seconds: u32,
}

/// Ingestion, restart and memory of one size on one engine.
pub(crate) struct Start {
    pub(crate) engine: Engine,
    pub(crate) entities: u32,
    pub(crate) files: u32,
    pub(crate) first_page: f64,
    pub(crate) ingestion: f64,
    pub(crate) ingestion_processor: f64,
    pub(crate) change: f64,
    pub(crate) restart: f64,
    pub(crate) first_memory: u64,
    pub(crate) memory: u64,
}

/// One load beside its floor.
pub(crate) struct Load {
    pub(crate) entities: u32,
    pub(crate) what: &'static str,
    pub(crate) connections: u32,
    pub(crate) bytes: usize,
    pub(crate) portal: Latency,
    pub(crate) floor: Latency,
}

/// Measures.
pub(crate) async fn run(arguments: &RunArguments) -> Result<Results> {
    let binary = std::fs::canonicalize(&arguments.portico).with_context(|| {
        format!("there is no {}; build it with make release", arguments.portico.display())
    })?;
    std::fs::create_dir_all(&arguments.work)?;
    let work = std::fs::canonicalize(&arguments.work)?;
    let mut results = Results {
        starts: Vec::new(),
        loads: Vec::new(),
        machine: machine(),
        commit: output("git", &["rev-parse", "--short", "HEAD"]),
        seconds: arguments.seconds,
    };
    for &entities in &arguments.sizes {
        let catalog = work.join(format!("catalog-{entities}"));
        let files = match catalog.exists() {
            true => entities.div_ceil(5),
            false => generate::write(&catalog, entities, 1)?.files,
        };
        for &engine in &arguments.engines {
            eprintln!("{entities} entities on {}", engine.name());
            let case = Case { binary: &binary, catalog: &catalog, work: &work, engine, entities, files };
            let with_load = engine == arguments.engines[0];
            case.measure(arguments, with_load, &mut results)?;
        }
    }
    Ok(results)
}

struct Case<'a> {
    binary: &'a Path,
    catalog: &'a Path,
    work: &'a Path,
    engine: Engine,
    entities: u32,
    files: u32,
}

impl Case<'_> {
    fn measure(&self, arguments: &RunArguments, with_load: bool, results: &mut Results) -> Result<()> {
        let data = self.fresh_data()?;
        let database = match (&arguments.postgres, self.engine) {
            (Some(url), Engine::Postgres) => Some(self.fresh_database(url)?),
            _ => None,
        };
        let config = configure(self.engine, &data, database.as_deref())?;

        let portal = Portal::start(self.binary, &config, self.catalog, false)?;
        let first_page = portal.time_until("/catalog")?;
        let ingestion = portal.time_until("/readyz")?;
        let ingestion_processor = portal.processor_time()?;
        self.check(&portal)?;
        let first_memory = portal.peak_memory()?;
        let change = self.slowest_change(&portal)?;
        drop(portal);

        let portal = Portal::start(self.binary, &config, self.catalog, false)?;
        let restart = portal.time_until("/readyz")?;
        drop(portal);

        // Loads are on one core for the portal and one for the tool, like those of the floor.
        let portal = Portal::start(self.binary, &config, self.catalog, true)?;
        portal.time_until("/readyz")?;
        if with_load {
            for (what, requests) in self.loads() {
                for &connections in &arguments.connections {
                    results.loads.push(self.load(
                        &portal,
                        what,
                        &requests,
                        connections,
                        arguments.seconds,
                    )?);
                }
            }
        }
        results.starts.push(Start {
            engine: self.engine,
            entities: self.entities,
            files: self.files,
            first_page: first_page.as_secs_f64(),
            ingestion: ingestion.as_secs_f64(),
            ingestion_processor,
            change: change.as_secs_f64(),
            first_memory,
            restart: restart.as_secs_f64(),
            memory: portal.peak_memory()?,
        });
        Ok(())
    }

    /// Every component of the catalog must have its relations, or the time until ready means nothing.
    fn check(&self, portal: &Portal) -> Result<()> {
        let shape = Shape::of(self.entities);
        let path = "/api/catalog/entities/by-query?limit=0&filter=kind=component,relations.ownedby,relations.partof,relations.dependson";
        let (status, body) = portal.get(path)?;
        let page: Value = serde_json::from_slice(&body)?;
        ensure!(
            status == 200 && page["totalItems"] == json!(shape.components),
            "{} components have all their relations, {} should: {status}",
            page["totalItems"],
            shape.components
        );
        Ok(())
    }

    /// The longest time from saving a file until the portal shows what it says.
    fn slowest_change(&self, portal: &Portal) -> Result<Duration> {
        let file = self.catalog.join("team-0000/repo-00000/catalog-info.yaml");
        let text = std::fs::read_to_string(&file)?;
        let edited = (0..EDITS).map(|edit| {
            let name = format!("added-{edit}");
            let entity = format!(
                "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec: {{ type: service, lifecycle: production, owner: group-00000 }}\n"
            );
            std::fs::write(&file, format!("{}\n{entity}", text.trim_end()))?;
            portal.time_until_now(&format!("/api/catalog/entities/by-name/component/default/{name}"))
        });
        let slowest = edited.collect::<Result<Vec<_>>>()?.into_iter().max();
        std::fs::write(&file, text)?;
        Ok(slowest.unwrap_or_default())
    }

    fn load(
        &self,
        portal: &Portal,
        what: &'static str,
        requests: &[Request],
        connections: u32,
        seconds: u32,
    ) -> Result<Load> {
        let first = &requests[0];
        let method = if first.body.is_some() { "POST" } else { "GET" };
        let (status, body) = portal.request(method, &first.path, first.body.as_deref())?;
        ensure!(status == 200, "{what} answers {status}: {}", String::from_utf8_lossy(&body));
        let stored = self.work.join("floor-body");
        std::fs::write(&stored, &body)?;
        let floor = Portal::floor(&stored, FLOOR_PORT)?;
        let at_floor = load::run(&floor.address, requests, connections, seconds, self.work)?;
        drop(floor);
        let at_portal = load::run(&portal.address, requests, connections, seconds, self.work)?;
        eprintln!(
            "  {what}, {connections} connections: {:.0}/s, floor {:.0}/s",
            at_portal.per_second, at_floor.per_second
        );
        Ok(Load {
            entities: self.entities,
            what,
            connections,
            bytes: body.len(),
            portal: at_portal,
            floor: at_floor,
        })
    }

    /// The requests of each load, all of them distinct.
    fn loads(&self) -> Vec<(&'static str, Vec<Request>)> {
        let shape = Shape::of(self.entities);
        let mut random = Random::new(7);
        let get = |path: String| Request { path, body: None };
        let mut components = || component_name(random.below(shape.components));
        let by_name = (0..DISTINCT)
            .map(|_| get(format!("/api/catalog/entities/by-name/component/default/{}", components())))
            .collect();
        let pages =
            (0..DISTINCT).map(|_| get(format!("/catalog/default/component/{}", components()))).collect();
        let by_refs = (0..DISTINCT)
            .map(|_| {
                let refs: Vec<String> =
                    (0..100).map(|_| format!("component:default/{}", components())).collect();
                Request {
                    path: "/api/catalog/entities/by-refs".to_owned(),
                    body: Some(json!({"entityRefs": refs}).to_string()),
                }
            })
            .collect();
        let mut random = Random::new(11);
        let mut filter = || {
            format!(
                "filter=kind=component,spec.lifecycle={},metadata.tags={}&filter=kind=component,relations.ownedby=group:default/group-{:05}",
                random.pick(&["production", "experimental", "deprecated"]),
                random.pick(&["java", "go", "rust", "payments", "critical", "pci", "data", "edge"]),
                random.below(shape.groups),
            )
        };
        let filters: Vec<String> = (0..DISTINCT).map(|_| filter()).collect();
        // One more condition that differs each time makes a question that nobody asked before.
        let never_asked: Vec<String> = (0..NEVER_ASKED)
            .map(|number| format!("{}&filter=kind=component,metadata.name=no-{number}", filter()))
            .collect();
        let page = |filter: &String| {
            get(format!("/api/catalog/entities/by-query?{filter}&orderField=metadata.name,asc&limit=20"))
        };
        let counts = |filter: &String| {
            get(format!(
                "/api/catalog/entity-facets?facet=kind&facet=spec.type&facet=spec.lifecycle&facet=metadata.tags&{filter}"
            ))
        };
        vec![
            ("by-name", by_name),
            ("by-query, page of 20", filters.iter().map(page).collect()),
            ("by-query, never asked before", never_asked.iter().map(page).collect()),
            ("facets, 4 of them", filters.iter().map(counts).collect()),
            ("facets, never asked before", never_asked.iter().map(counts).collect()),
            ("by-refs of 100", by_refs),
            ("entity page", pages),
        ]
    }

    fn fresh_data(&self) -> Result<PathBuf> {
        let data = self.work.join(format!("data-{}-{}", self.engine.name(), self.entities));
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        std::fs::create_dir_all(&data)?;
        Ok(data)
    }

    /// An empty database of its own, and its URL.
    fn fresh_database(&self, url: &str) -> Result<String> {
        let name = format!("portico_bench_{}", self.entities);
        for statement in [format!("drop database if exists {name}"), format!("create database {name}")] {
            let status = Command::new("psql")
                .args([url, "-q", "-c", &statement])
                .status()
                .context("cannot start psql")?;
            ensure!(status.success(), "psql failed: {statement}");
        }
        let (server, _) = url.rsplit_once('/').context("the URL names no database")?;
        Ok(format!("{server}/{name}"))
    }
}

fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores, {}", model.trim_start_matches(['\t', ' ', ':']), output("uname", &["-sr"]))
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
