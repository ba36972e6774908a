using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Foundation;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Calculators;

/// <summary>Collects what is wrong with the inputs of a calculation, all of it at once.</summary>
internal sealed class InputCheck
{
    /// <summary>Largest size of a number that is taken: more than any account holds, small enough that nothing overflows.</summary>
    private const double Largest = 1e15;

    private readonly List<(string Field, Text Reason)> _faults = [];

    public ProblemHttpResult? Problem => _faults.Count == 0 ? null : Problems.Validation(_faults);

    public bool IsGood => _faults.Count == 0;

    public InputCheck That(bool isGood, string field, Text reason)
    {
        if (!isGood) _faults.Add((field, reason));
        return this;
    }

    public InputCheck Number(string field, double value, double lowest = -Largest, double highest = Largest) => That(
        double.IsFinite(value) && value >= lowest && value <= highest, field,
        new($"应在 {lowest:G6} 到 {highest:G6} 之间，现为 {value:G6}。", $"It lies between {lowest:G6} and {highest:G6}; it is {value:G6}."));

    public InputCheck Number(string field, decimal? value, double lowest = -Largest, double highest = Largest) =>
        value is { } number ? Number(field, (double)number, lowest, highest) : this;

    public InputCheck Percent(string field, decimal value) => Number(field, (double)value, 0, 100);

    /// <summary>A growth rate in percent: nothing can fall by more than all of it.</summary>
    public InputCheck Rate(string field, decimal? value) => Number(field, value, -100, 1e6);

    public InputCheck Count(string field, int count, int fewest, int most) => That(
        count >= fewest && count <= most, field,
        new($"应有 {fewest} 到 {most} 项，现有 {count} 项。", $"Between {fewest} and {most} entries are needed; there are {count}."));

    public InputCheck Each<T>(string field, IReadOnlyList<T> items, Action<InputCheck, string, T> check)
    {
        for (int i = 0; i < items.Count && _faults.Count < 100; i++) check(this, $"{field}[{i}]", items[i]);
        return this;
    }
}
