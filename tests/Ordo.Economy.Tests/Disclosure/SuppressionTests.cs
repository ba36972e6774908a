using Ordo.Economy.Disclosure;

namespace Ordo.Economy.Tests.Disclosure;

public class SuppressionTests
{
    private static readonly SuppressionRule Rule = new();

    [Fact]
    public void A_list_hides_a_second_entry_so_that_the_first_is_not_the_rest()
    {
        CellState[][] states = Suppression.Of([[new(100, 5), new(20, 2), new(60, 4), new(500, 9)]], Rule);
        Assert.Equal([CellState.Shown, CellState.Primary, CellState.Secondary, CellState.Shown, CellState.Shown], states[0]);
    }

    [Fact]
    public void What_one_enterprise_dominates_is_hidden_however_many_there_are()
    {
        CellState[][] states = Suppression.Of([[new(100, 10, 90), new(80, 5, 30), new(70, 5, 30)]], Rule);
        Assert.Equal([CellState.Primary, CellState.Shown, CellState.Secondary, CellState.Shown], states[0]);
    }

    [Fact]
    public void Two_hidden_enterprises_would_know_each_other_so_a_third_cell_goes()
    {
        CellState[][] states = Suppression.Of([[new(10, 1), new(20, 1), new(60, 4), new(500, 9)]], Rule);
        Assert.Equal([CellState.Primary, CellState.Primary, CellState.Secondary, CellState.Shown, CellState.Shown], states[0]);
    }

    [Fact]
    public void An_empty_cell_protects_nobody()
    {
        CellState[][] states = Suppression.Of([[new(0, 0), new(20, 2), new(60, 4)]], Rule);
        Assert.Equal([CellState.Shown, CellState.Primary, CellState.Secondary, CellState.Shown], states[0]);
    }

    [Fact]
    public void A_lone_cell_takes_its_total_with_it()
    {
        CellState[][] states = Suppression.Of([[new(20, 2)]], Rule);
        Assert.All(states.SelectMany(row => row), state => Assert.NotEqual(CellState.Shown, state));
    }

    [Fact]
    public void No_hidden_cell_of_any_table_is_alone_in_its_row_or_column()
    {
        var random = new Random(11);
        for (int round = 0; round < 300; round++)
        {
            int rows = random.Next(1, 6), columns = random.Next(1, 6);
            TableCell[][] cells = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns)
                .Select(_ => random.Next(0, 9) is > 0 and var n ? new TableCell(random.Next(1, 1000), n) : default).ToArray())];
            CellState[][] states = Suppression.Of(cells, Rule);
            for (int row = 0; row <= rows; row++) Check([.. states[row]]);
            for (int column = 0; column <= columns; column++) Check([.. states.Select(row => row[column])]);

            static void Check(CellState[] line) => Assert.NotEqual(1, line.Count(state => state != CellState.Shown));
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                    if (cells[row][column].Contributors is 1 or 2) Assert.NotEqual(CellState.Shown, states[row][column]);
        }
    }
}
