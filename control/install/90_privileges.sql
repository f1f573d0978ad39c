-- Nothing for PUBLIC. What is read here is for whoever monitors the server; what is done here is for the owner.
DO $$
DECLARE
	member text;
BEGIN
	FOR member IN
		SELECT CASE d.classid WHEN 'pg_catalog.pg_proc'::regclass THEN 'ROUTINE ' || d.objid::regprocedure ELSE 'TABLE ' || d.objid::regclass END
		FROM pg_catalog.pg_depend d
		JOIN pg_catalog.pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
		LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
		WHERE e.extname = 'pg_almanac' AND (d.classid = 'pg_catalog.pg_proc'::regclass
			OR c.relkind IN ('r', 'p', 'v', 'f') AND NOT c.relispartition AND c.relpersistence <> 't')
	LOOP
		EXECUTE 'REVOKE ALL ON ' || member || ' FROM PUBLIC';
	END LOOP;
END
$$;
GRANT USAGE ON SCHEMA almanac TO pg_monitor;
GRANT SELECT ON almanac.statements, almanac.statement_names, almanac.statement_history, almanac.table_history, almanac.index_history,
	almanac.database_history, almanac.system_history, almanac.io_history, almanac.replication_history,
	almanac.database_size_history, almanac.snapshots, almanac.status, almanac.retention, almanac.drops, almanac.latency_history, almanac.wait_history,
	almanac.wait_names, almanac.volume_history, almanac.sequence_history, almanac.server_latency_history TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.top_statements(timestamptz, timestamptz, text, integer),
	almanac.compare(timestamptz, timestamptz, timestamptz, timestamptz),
	almanac.compare_levels(timestamptz, timestamptz, timestamptz, timestamptz), almanac.flag_names(integer),
	almanac.top_waits(timestamptz, timestamptz, integer, boolean), almanac.latencies(timestamptz, timestamptz, interval, boolean),
	almanac.stream_columns(), almanac.sums(text, timestamptz, timestamptz, integer[]), almanac.step_sums(text, timestamptz, timestamptz, interval, integer[], integer[]), almanac.totals(text),
	almanac.visible_query(oid, text), almanac.worker_status(), almanac.capture(), almanac.capture_slots(),
	almanac.capture_errors(), almanac.capture_status(), almanac.host_sources() TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.histogram(bytea), almanac.histogram_send(almanac.histogram), almanac.calls(almanac.histogram),
	almanac.total_ms(almanac.histogram), almanac.quantile(almanac.histogram, double precision),
	almanac.quantiles(almanac.histogram, double precision[]), almanac.quantile_range(almanac.histogram, double precision),
	almanac.share_above(almanac.histogram, double precision), almanac.share_above_range(almanac.histogram, double precision),
	almanac.buckets(almanac.histogram, integer), almanac.histogram_add(almanac.histogram, almanac.histogram),
	almanac.histogram_subtract(almanac.histogram, almanac.histogram), almanac.histogram_eq(almanac.histogram, almanac.histogram),
	almanac.histogram_ne(almanac.histogram, almanac.histogram), almanac.histogram_hash(almanac.histogram),
	almanac.merge(almanac.histogram), almanac.histogram_agg(double precision) TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.changepoints(double precision[], double precision[], integer, double precision, boolean),
	almanac.sparkline(double precision[]), almanac.compare_series(double precision[], double precision[], double precision[], double precision[]) TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.forecast(timestamptz[], double precision[], timestamptz[], text),
	almanac.time_to(timestamptz[], double precision[], double precision) TO pg_monitor;
GRANT SELECT ON almanac.regressions, almanac.improvements, almanac.change_stories, almanac.regression_members TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.explain_regression(bigint) TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.watched_metrics(), almanac.analysis_step(timestamptz, timestamptz),
	almanac.change_cost(text, text, double precision, double precision, double precision, double precision) TO pg_monitor;
GRANT SELECT ON almanac.events, almanac.baselines TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.event_kinds(), almanac.cuts_baseline(text), almanac.rolling_baseline(timestamptz),
	almanac.baseline(text, integer, text, timestamptz, text), almanac.suggest_baseline(timestamptz, integer, double precision),
	almanac.expected(timestamptz[], double precision[], timestamptz, double precision[], boolean) TO pg_monitor;
GRANT SELECT ON almanac.plans, almanac.plan_history TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.plan_changes(timestamptz, timestamptz), almanac.capture_plans(), almanac.capture_plans_status() TO pg_monitor;
GRANT SELECT ON almanac.projections, almanac.capacity, almanac.thresholds TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.project_series(timestamptz[], double precision[]) TO pg_monitor;
GRANT SELECT ON almanac.growth, almanac.monthly_growth, almanac.series_names TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.growth_periods(timestamptz, text[]), almanac.compare_months(timestamptz) TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.chart_data(text, text[], timestamptz, timestamptz, interval, integer[], text[]),
	almanac.chart_step(text, timestamptz, timestamptz, interval), almanac.chart_grain(interval), almanac.latency_heatmap(timestamptz, timestamptz, interval, integer[], integer),
	almanac.projection_chart(text, integer, text, timestamptz, timestamptz) TO pg_monitor;
GRANT SELECT ON almanac.metrics, almanac.metric_history TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.more_is_worse(text, integer) TO pg_monitor;
GRANT SELECT ON almanac.findings, almanac.finding_kinds, almanac.finding_thresholds, almanac.health TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.health_status(), almanac.catalog_queries(), almanac.last_backups(timestamptz) TO pg_monitor;
GRANT SELECT ON almanac.objectives TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.objective_metrics(), almanac.objective_metric(text), almanac.objective_obstacle(almanac.objective_definitions),
	almanac.objective_budget(almanac.objective_definitions, text), almanac.fast_burn(boolean, double precision, double precision, double precision, double precision, double precision),
	almanac.burn_rate(double precision, double precision, double precision), almanac.objective_history(text, timestamptz, timestamptz, interval) TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.screen_line(text, integer), almanac.screen_number(double precision, text), almanac.notable_events(timestamptz, timestamptz, oid[], integer),
	almanac.overview(boolean), almanac.overview_load(timestamptz, integer), almanac.draw_chart(timestamptz[], double precision[], text, text, timestamptz, timestamptz, integer, integer, text, boolean,
	double precision[], double precision[], timestamptz, timestamptz[], text[]), almanac.chart(timestamptz[], double precision[], text, text, timestamptz, timestamptz, integer, integer, text,
	boolean, double precision[], double precision[], timestamptz, timestamptz[], text[]), almanac.named_series(text, text, timestamptz, timestamptz), almanac.chart_unit(text, text),
	almanac.chart(text, text, text, timestamptz, timestamptz, integer, integer, text, boolean, boolean) TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.plain_text, almanac.plain_json, almanac.text_width, almanac.fit_text, almanac.wrap_text, almanac.report_digits,
	almanac.report_number, almanac.report_time, almanac.report_bytes, almanac.report_change, almanac.report_value, almanac.report_moment, almanac.report_table, almanac.report_list,
	almanac.report_paragraph, almanac.report_blocks, almanac.report_statement, almanac.report_section_appendix, almanac.report_html, almanac.report_style,
	almanac.report_path, almanac.report_chart_html, almanac.report_cell_html, almanac.report_block_html, almanac.report_period, almanac.report_grain,
	almanac.report_totals, almanac.report_record_begin, almanac.report_context, almanac.report_own_metrics, almanac.report_metrics_table, almanac.report_own_table, almanac.report_section_metrics, almanac.report_charts,
	almanac.report_section_charts, almanac.report_section_growth, almanac.report_findings, almanac.report_section_findings, almanac.report_section_objectives, almanac.report_section_optimizations, almanac.report_section_alerts, almanac.report_section_about,
	almanac.report_statements, almanac.report_top, almanac.report_stories, almanac.report_section_statements, almanac.report_plural, almanac.report_unit,
	almanac.report_mention, almanac.report_changed, almanac.report_costs, almanac.report_todo, almanac.report_verdict, almanac.report_section_summary,
	almanac.report_table_text, almanac.report_chart_text, almanac.report_block_text, almanac.report_markdown, almanac.report_block_markdown,
	almanac.report_section, almanac.report_sections, almanac.report_title, almanac.report_when, almanac.report_json, almanac.check_report_format,
	almanac.report_begin, almanac.report_section_lines, almanac.report_lines, almanac.report TO pg_monitor;
GRANT SELECT ON almanac.reports, almanac.scheduled_reports TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.report_period_end TO pg_monitor;
GRANT SELECT ON almanac.optimizations, almanac.optimization_measures TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.optimization_effects(bigint) TO pg_monitor;
GRANT SELECT ON almanac.alerts, almanac.alert_rules, almanac.alert_history, almanac.alert_noise TO pg_monitor;
GRANT EXECUTE ON FUNCTION almanac.overnight(timestamptz), almanac.night_changes(timestamptz, timestamptz), almanac.overnight_summary(timestamptz), almanac.last_evening(), almanac.seconds_text(double precision), almanac.finding_rule(text), almanac.volumes_now() TO pg_monitor;
