using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Ordo.EndToEnd;

/// <summary>A park with one enterprise for the identifier node, and what its file of identifiers looks like.</summary>
internal static class NodePark
{
    public const string Password = "Another-long-1-password";
    public const string Private = "918273.645";

    public static string CreditCode { get; } = "91150100MA0N00001" + Foundation.Park.CreditCode.CheckCharacter("91150100MA0N00001");

    /// <summary>The enterprise with its user <c>enterprise</c>, and <c>reviewer</c> of the node.</summary>
    /// <returns>The enterprise in the park tree.</returns>
    public static async Task<long> BuildAsync(HttpClient admin)
    {
        long region = await admin.PostAsync("/api/v1/assets", new { kind = "region", code = "R", nameZh = "内蒙古", nameEn = "Inner Mongolia" });
        long park = await admin.PostAsync("/api/v1/assets", new { parentId = region, kind = "park", code = "P", nameZh = "试验园区", nameEn = "Trial park" });
        long enterprise = await admin.PostAsync("/api/v1/assets", new { parentId = park, kind = "enterprise", code = "E1", nameZh = "乌兰铝业", nameEn = "Ulan Aluminium" });
        foreach ((string user, string role, long asset) in new[] { ("enterprise", "enterpriseUser", enterprise), ("reviewer", "operator", park) })
            await admin.PostAsync("/api/v1/accounts", new { userName = user, displayName = user, password = Password, grants = new[] { new { role, assetId = asset } } });
        return enterprise;
    }

    public static object Template(long enterprise) => new
    {
        enterpriseId = enterprise, code = "product", nameZh = "产品", nameEn = "Product", suffix = new { start = "SN", characters = "any", minLength = 3, maxLength = 40 },
        fields = new object[]
        {
            new { name = "name", index = 2000, labelZh = "产品名称", labelEn = "Product name", kind = "text", required = true, visibility = "public", maxLength = 100 },
            new { name = "made", index = 2001, labelZh = "生产日期", labelEn = "Made on", kind = "date", required = false, visibility = "public", maxLength = 10 },
            new { name = "cost", index = 2002, labelZh = "成本", labelEn = "Cost", kind = "number", required = false, visibility = "private", maxLength = 20 },
        },
    };

    /// <summary>A CSV of so many rows, of which the rows 10, 20 and 30 are bad.</summary>
    public static byte[] File(int rows)
    {
        var csv = new StringBuilder("后缀,产品名称,生产日期,成本\r\n");
        for (int i = 1; i <= rows; i++)
        {
            csv.Append(i switch
            {
                10 => "X10,阀门,,\r\n",
                20 => "SN20,,,\r\n",
                30 => "SN30,阀门,1.3.2026,\r\n",
                _ => string.Create(CultureInfo.InvariantCulture, $"SN-{i}.5,阀门 {i},2026-03-01,{Private}\r\n"),
            });
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    /// <summary>Through all steps to the prefix and a template.</summary>
    /// <returns>The prefix.</returns>
    public static async Task<string> ApproveAsync(HttpClient admin, HttpClient enterprise, HttpClient reviewer, long asset, long quota)
    {
        long id = (await SendAsync(enterprise, "enterprises", new { assetId = asset, creditCode = CreditCode, industry = "3216", contact = "白音", phone = "0471", purpose = "追溯", expected = quota })).GetProperty("enterprise").GetProperty("id").GetInt64();
        await SendAsync(reviewer, $"enterprises/{id}/review", new { pass = true });
        string prefix = (await SendAsync(admin, $"enterprises/{id}/approval", new { pass = true })).GetProperty("enterprise").GetProperty("prefix").GetString()!;
        await SendAsync(enterprise, "templates", Template(id));
        return prefix;
    }

    public static async Task<long> UploadAsync(HttpClient enterprise, string prefix, byte[] file)
    {
        using var body = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        using HttpResponseMessage answer = await enterprise.PostAsync($"/api/v1/identifiers/jobs?prefix={prefix}&template=product:1&name=a.csv", body);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("job").GetProperty("id").GetInt64();
    }

    public static async Task<JsonElement> JobAsync(HttpClient enterprise, long job) =>
        JsonDocument.Parse(await enterprise.GetStringAsync($"/api/v1/identifiers/jobs/{job}")).RootElement.GetProperty("job");

    private static async Task<JsonElement> SendAsync(HttpClient client, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/identifiers/" + path) { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        using HttpResponseMessage answer = await client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"POST {path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
