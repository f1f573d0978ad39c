// Secrets do not get through.
#include "core/redact.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

const std::string remark = "/* text withheld: may contain a secret */";

struct Result {
  Verdict verdict;
  std::string text;
};

Result redacted(std::string_view text) {
  CountingResource memory;
  const Redacted result = redact(text, &memory);
  return {result.verdict, std::string(std::string_view(result.text))};
}

void expect_withheld(std::string_view text, std::string_view command) {
  const Result result = redacted(text);
  EXPECT_EQ(result.verdict, Verdict::withheld) << text;
  EXPECT_EQ(result.text, command.empty() ? remark : std::string(command) + " " + remark) << text;
}

void expect_masked(std::string_view text, std::string_view masked) {
  const Result result = redacted(text);
  EXPECT_EQ(result.verdict, Verdict::masked) << text;
  EXPECT_EQ(result.text, masked);
}

void expect_plain(std::string_view text) {
  const Result result = redacted(text);
  EXPECT_EQ(result.verdict, Verdict::plain) << text;
  EXPECT_EQ(result.text, text);
}

TEST(Redact, WithholdsPasswordsOfRoles) {
  expect_withheld("CREATE ROLE joe LOGIN PASSWORD 's3cret'", "CREATE ROLE");
  expect_withheld("create user joe password 's3cret'", "CREATE USER");
  expect_withheld("ALTER USER joe WITH ENCRYPTED PASSWORD 'md5abc' VALID UNTIL 'infinity'",
                  "ALTER USER");
  expect_withheld("ALTER GROUP staff PASSWORD $1", "ALTER GROUP");
  expect_withheld("  -- note\n/* x */ ;; ALTER/**/ROLE \"joe\" PASSWORD E'a\\'b'", "ALTER ROLE");
  expect_withheld("ALTER ROLE joe PASSWORD $x$s3cret$x$", "ALTER ROLE");
  expect_withheld("ALTER ROLE \"a;b\" PassWord 's3cret'", "ALTER ROLE");
  expect_withheld("ALTER ROLE joe PASSWORD NULL", "ALTER ROLE");
  expect_withheld("ALTER ROLE joe SET app.api_token = 's3cret'", "ALTER ROLE");
  expect_withheld("ALTER ROLE joe SET app.secret TO s3cret", "ALTER ROLE");
}

TEST(Redact, WithholdsConnections) {
  expect_withheld("CREATE SUBSCRIPTION s CONNECTION 'host=x password=y' PUBLICATION p",
                  "CREATE SUBSCRIPTION");
  expect_withheld("ALTER SUBSCRIPTION s CONNECTION 'host=x'", "ALTER SUBSCRIPTION");
  expect_withheld("CREATE USER MAPPING FOR joe SERVER s OPTIONS (user 'u', password 'p')",
                  "CREATE USER MAPPING");
  expect_withheld("ALTER USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (SET password 'p')",
                  "ALTER USER MAPPING");
  expect_withheld("CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h')", "CREATE SERVER");
  expect_withheld("ALTER SERVER s OPTIONS (ADD x 'h')", "ALTER SERVER");
  expect_withheld("ALTER FOREIGN DATA WRAPPER w OPTIONS (x 'y')", "ALTER FOREIGN DATA WRAPPER");
  expect_withheld("CREATE FOREIGN TABLE t (a int) SERVER s OPTIONS (api_key 'k')",
                  "CREATE FOREIGN TABLE");
  expect_withheld("SELECT dblink_connect('host=x user=y password=z')", "SELECT");
  expect_withheld("SELECT * FROM dblink('postgresql://joe:s3cret@host/db', $1)", "SELECT");
  expect_withheld("COPY t FROM PROGRAM 'curl -u me:you http://x'", "COPY");
  expect_withheld("copy (select 1) to program 'x'", "COPY");
}

TEST(Redact, WithholdsSettingsThatHoldSecrets) {
  expect_withheld("ALTER SYSTEM SET primary_conninfo = 'host=x password=y'", "ALTER SYSTEM SET");
  expect_withheld("ALTER SYSTEM SET primary_conninfo TO x", "ALTER SYSTEM SET");
  expect_withheld("SET my.password = 's3cret'", "SET");
  expect_withheld("SET SESSION my.access_key TO s3cret", "SET SESSION");
  expect_withheld("SET LOCAL \"my.Password\" TO s3cret", "SET LOCAL");
  expect_withheld("ALTER DATABASE d SET app.secret_key = abc", "ALTER DATABASE");
}

TEST(Redact, WithholdsConstantsBehindSecretNames) {
  expect_withheld("UPDATE users SET password = 'abc' WHERE id = $1", "UPDATE");
  expect_withheld("SELECT login(name => $1, password => 'abc')", "SELECT");
  expect_withheld("SELECT f(password := 'abc')", "SELECT");
  expect_withheld("INSERT INTO t VALUES ('{\"user\": \"x\", \"api_key\": \"y\"}')", "INSERT");
  expect_withheld("SELECT 1 /* password=hunter2 */", "SELECT");
  expect_withheld("SELECT 1 -- see ftp://joe:pw@host/\n", "SELECT");
}

TEST(Redact, WithholdsWhatItCannotReadToItsEnd) {
  expect_withheld("SELECT 'abc", "SELECT");
  expect_withheld("SELECT $$abc", "SELECT");
  expect_withheld("SELECT \"abc", "SELECT");
  expect_withheld("SELECT 1 /* abc", "SELECT");
  expect_withheld("SELECT /* a /* b */ 1", "SELECT");
  expect_withheld("SELECT E'abc\\'", "SELECT");
  // Where these end depends on standard_conforming_strings.
  expect_withheld("SELECT 'abc\\' || 'x'", "SELECT");
  expect_withheld("COMMENT ON TABLE t IS 'a\\'' || $1", "COMMENT");
  EXPECT_EQ(redacted("'").verdict, Verdict::withheld);
  EXPECT_EQ(redacted("'").text, remark);
}

TEST(Redact, WithholdsAllStatementsOfATextIfOneIsSecret) {
  expect_withheld("SELECT 1; ALTER ROLE joe PASSWORD 'x'; SELECT 2", "ALTER ROLE");
  expect_withheld("ALTER ROLE joe PASSWORD 'x'; SELECT 2", "ALTER ROLE");
  expect_withheld("BEGIN;SET a.token='x';COMMIT", "SET");
}

TEST(Redact, ShowsNoNamesOfWithheldStatements) {
  expect_withheld("s3cret PASSWORD 'x'", "");
  expect_withheld("CREATE s3cret PASSWORD 'x'", "CREATE");
  expect_withheld("SELECT s3cret, 'password=x'", "SELECT");
}

TEST(Redact, MasksStringConstants) {
  expect_masked("ALTER SYSTEM SET archive_command = 'aws s3 cp %p s3://b'",
                "ALTER SYSTEM SET archive_command = ?");
  expect_masked("COMMENT ON TABLE t IS 'it''s mine'", "COMMENT ON TABLE t IS ?");
  expect_masked("DO $do$ BEGIN PERFORM 'x'; END $do$ LANGUAGE plpgsql", "DO ? LANGUAGE plpgsql");
  expect_masked("EXECUTE p('abc', E'd\\'ef', U&'g', 5) -- c", "EXECUTE p(?, ?, ?, 5) -- c");
  expect_masked("NOTIFY channel, 'payload'", "NOTIFY channel, ?");
  expect_masked("COPY t FROM '/path/file' WITH (DELIMITER ',')",
                "COPY t FROM ? WITH (DELIMITER ?)");
  expect_masked("CREATE FUNCTION f() RETURNS int AS 'select 1' LANGUAGE sql",
                "CREATE FUNCTION f() RETURNS int AS ? LANGUAGE sql");
  expect_masked("ALTER ROLE joe SET work_mem = '1GB'", "ALTER ROLE joe SET work_mem = ?");
  expect_masked("ALTER ROLE joe VALID UNTIL '2030-01-01'", "ALTER ROLE joe VALID UNTIL ?");
  // A query whose entry was evicted while it ran keeps its constants.
  expect_masked("SELECT * FROM t WHERE name = 'Smith' AND n = 5",
                "SELECT * FROM t WHERE name = ? AND n = 5");
}

TEST(Redact, LeavesTheRestAlone) {
  expect_plain("");
  expect_plain(" \n ");
  expect_plain("SELECT abalance FROM pgbench_accounts WHERE aid = $1");
  expect_plain("select id, password from users where password = $1 and token = $2");
  expect_plain("UPDATE users SET password = crypt($1, gen_salt($2)), secret = $3 WHERE id = $4");
  expect_plain("INSERT INTO credentials (name, password) VALUES ($1, $2)");
  expect_plain("CREATE TABLE users (id int, password text, api_key text DEFAULT md5($1))");
  expect_plain("CREATE ROLE joe LOGIN SUPERUSER");
  expect_plain("DROP USER MAPPING FOR joe SERVER s");
  expect_plain("CREATE SERVER s FOREIGN DATA WRAPPER w");
  expect_plain("VACUUM (ANALYZE, VERBOSE) public.tokens");
  expect_plain("SET work_mem = 65536");
  expect_plain("COPY users (id, password) TO STDOUT");
  expect_plain("GRANT SELECT (password) ON users TO auditor");
  expect_plain("begin; /* app:x,controller:y */ select 1; commit;");
  expect_plain("select \"odd \"\" name\", a-1, b/2 -- c");
  expect_plain("SELECT * FROM t WHERE url ~ $1 /* https://example.org/path?a=b@c */");
}

// Every way to write down a password, in every command that takes one: it is never in what is
// stored.
TEST(Redact, NoWritingOfASecretGetsThrough) {
  const std::vector<std::string> commands = {
      "ALTER ROLE joe PASSWORD @",
      "CREATE USER joe ENCRYPTED PASSWORD @ VALID UNTIL 'x'",
      "CREATE SUBSCRIPTION s CONNECTION @ PUBLICATION p",
      "CREATE USER MAPPING FOR joe SERVER s OPTIONS (password @)",
      "SET app.token = @",
      "ALTER SYSTEM SET primary_conninfo = @",
      "EXECUTE p(@)",
      "DO @",
      "COMMENT ON ROLE joe IS @",
      "SELECT dblink_connect(@)",
      "SELECT set_config('a.b', @, false)",
      "NOTIFY c, @",
      "COPY t TO PROGRAM @",
      "CREATE FOREIGN TABLE t () SERVER s OPTIONS (x @)",
      "CALL f(@)",
      "INSERT INTO t VALUES (@)",
      "SECURITY LABEL FOR p ON ROLE r IS @"};
  const std::vector<std::string> secrets = {"'hunter2'",
                                            "E'hunter2'",
                                            "e'a\\'hunter2'",
                                            "'a''hunter2'",
                                            "$$hunter2$$",
                                            "$q$'hunter2$q$",
                                            "U&'hunter2'",
                                            "u&'hunter2' UESCAPE '!'",
                                            "N'hunter2'",
                                            "'x'\n'hunter2'",
                                            "'hunter2",
                                            "$a$hunter2",
                                            "'x\\'hunter2",
                                            "'--' 'hunter2'",
                                            "'/*' 'hunter2' '*/'",
                                            "B'hunter2'"};
  const std::vector<std::string> prefixes = {"",           "  ",        "/* c */",  "-- c\n",
                                             ";",          "SELECT 1;", "/* ' */ ", "-- '\n",
                                             "SELECT '';", "EXPLAIN "};
  for (const auto& prefix : prefixes) {
    for (const auto& command : commands) {
      for (const auto& secret : secrets) {
        std::string text = prefix + command;
        text.replace(text.find('@'), 1, secret);
        const Result result = redacted(text);
        ASSERT_NE(result.verdict, Verdict::plain) << text;
        ASSERT_EQ(result.text.find("hunter2"), std::string::npos) << text << " -> " << result.text;
      }
    }
  }
}

TEST(Redact, TakesAnyBytes) {
  Random random(6);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random.below(60), ' ');
    for (char& c : text) {
      c = random.chance(0.5) ? "'\"$;-/*\\ \nEeU&=:@()"[random.below(20)]
                             : static_cast<char>(random.bits());
    }
    const Result result = redacted(text);
    if (result.verdict == Verdict::plain) {
      ASSERT_EQ(result.text, text);
    }
    // What may be stored holds no string any more.
    if (result.verdict == Verdict::masked) {
      ASSERT_NE(redacted(result.text).verdict, Verdict::masked) << text << " -> " << result.text;
    }
  }
}

TEST(Redact, LongTextTakesLinearTime) {
  for (const std::string_view piece :
       {"password ", "://", "://a:b", "'", "\"", "/*", "$a$", ";", "x=", "password=", "token"}) {
    std::string text;
    while (text.size() < 400'000) text += piece;
    redacted(text);
    redacted("'" + text + "'");
    redacted("/*" + text + "*/");
  }
}

TEST(Redact, SettingsWithSecretsAreKnownByNameAndByValue) {
  for (const char* name : {"primary_conninfo", "ssl_passphrase_command", "my.password",
                           "app.api_key", "x.Secret_Key", "auth.token"}) {
    EXPECT_TRUE(is_secret_setting(name, "")) << name;
  }
  EXPECT_TRUE(is_secret_setting("archive_command", "curl https://me:geheim@host/%f"));
  EXPECT_TRUE(is_secret_setting("restore_command", "AWS_SECRET_ACCESS_KEY=x aws cp"));
  EXPECT_FALSE(is_secret_setting("archive_command", "cp %p /archive/%f"));
  EXPECT_FALSE(is_secret_setting("work_mem", "64MB"));
}

TEST(Clip, CutsBetweenCharacters) {
  EXPECT_EQ(clip("abc", 5), "abc");
  EXPECT_EQ(clip("abc", 3), "abc");
  EXPECT_EQ(clip("abc", 2), "ab");
  EXPECT_EQ(clip("abc", 0), "");
  const std::string text = "aé€😀z";  // 1, 2, 3, 4, 1 bytes
  const std::vector<size_t> lengths = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
  for (size_t limit = 0; limit < lengths.size(); ++limit) {
    EXPECT_EQ(clip(text, limit).size(), lengths[limit]) << limit;
  }
}

TEST(Clip, CutsOtherEncodingsByteByByte) {
  const std::string latin1 = "\xe9\xe9\xe9\xe9";
  EXPECT_EQ(clip(latin1, 3).size(), 3U);
  const std::string stray = "a\x80\x80\x80\x80\x80\x80";
  EXPECT_EQ(clip(stray, 5).size(), 5U);
  EXPECT_EQ(clip("\xff\xfe\xfd", 2).size(), 2U);
}

}  // namespace
}  // namespace almanac::core::test
